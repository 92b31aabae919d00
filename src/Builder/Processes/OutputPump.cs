using System.IO.Pipelines;

namespace Bistro.Builder.Processes;

/// <summary>
/// Carries what a program prints to its reader. A pipe is read blockingly on a thread of its own, because .NET has no
/// asynchronous reads of pipes: on pool threads, two builds would hold up a server's requests on a small machine.
/// </summary>
internal static class OutputPump
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>
    /// Ends when the program and all processes that inherited its stream have closed it. A reader that fails stops the run; what is
    /// still printed is then dropped, so that the program does not block on it while it ends.
    /// </summary>
    public static async Task RunAsync(Stream output, OutputReader? reader, CancellationTokenSource stop)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 * ChunkSize, resumeWriterThreshold: 2 * ChunkSize, useSynchronizationContext: false));
        var pumping = Task.Factory.StartNew(
            () => Pump(output, pipe.Writer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await using var stream = pipe.Reader.AsStream();
            if (reader is not null)
                await reader(stream, stop.Token);
            await stream.CopyToAsync(Stream.Null, stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            await pumping;
        }
    }

    private static void Pump(Stream output, PipeWriter writer)
    {
        Exception? failure = null;
        try
        {
            var isRead = true;
            while (true)
            {
                var count = output.Read(writer.GetSpan(ChunkSize));
                if (count == 0)
                    break;
                if (!isRead)
                    continue;
                writer.Advance(count);
#pragma warning disable RS0030 // The pump owns this thread, which may wait for the reader.
                isRead = !writer.FlushAsync().AsTask().GetAwaiter().GetResult().IsCompleted;
#pragma warning restore RS0030
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            failure = exception is IOException ? exception : null;
        }
        writer.Complete(failure);
    }
}
