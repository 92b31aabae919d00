using System.IO.Pipelines;
using Bistro.Builder.Content;

namespace Bistro.Registry.Http;

/// <summary>Streams an object, or a range of its bytes, into a response.</summary>
public static class BlobSender
{
    // Each read is followed by a wait until the kernel has accepted the bytes: longer reads mean fewer waits. With many concurrent
    // responses the cores are busy anyway, so the total memory matters more.
    private const int LongestRun = 1 << 20;
    private const int ShortestRun = 256 << 10;
    private const int AllRuns = 2 << 20;

    private static int _sending;

    /// <summary>Reads directly into the response's buffers, which is twice as fast as copying a stream.</summary>
    /// <exception cref="EndOfStreamException">The object is shorter than when it was opened.</exception>
    /// <exception cref="InvalidDataException">The object is corrupt. Of a whole object the last bytes were not sent; of a range nothing was sent.</exception>
    public static async Task SendAsync(ContentReader reader, long offset, long length, PipeWriter target, CancellationToken cancellationToken)
    {
        var end = offset + length;
        var isWhole = length == reader.Length;
        if (!isWhole && !await reader.VerifyAsync())
            throw Corrupt();
        Interlocked.Increment(ref _sending);
        try
        {
            await SendRunsAsync(reader, offset, end, isWhole, target, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _sending);
        }
    }

    private static async Task SendRunsAsync(
        ContentReader reader, long offset, long end, bool isWhole, PipeWriter target, CancellationToken cancellationToken)
    {
        using var check = isWhole ? reader.BeginCheck() : null;
        while (offset < end)
        {
            var run = Math.Clamp(AllRuns / Volatile.Read(ref _sending), ShortestRun, LongestRun);
            for (var runEnd = Math.Min(offset + run, end); offset < runEnd;)
            {
                var wanted = (int)Math.Min(ConnectionMemory.BlockSize, runEnd - offset);
                var buffer = target.GetMemory(wanted)[..wanted];
                var read = reader.Read(buffer.Span, offset);
                if (read == 0)
                    throw new EndOfStreamException("An object of the store ended before its length.");
                offset += read;
                check?.Append(buffer.Span[..read]);
                if (offset == end && check?.Passes() is false)
                    throw Corrupt();
                target.Advance(read);
            }

            var flushed = await target.FlushAsync(cancellationToken);
            if (flushed.IsCompleted)
                return;
        }
    }

    private static InvalidDataException Corrupt() => new("An object of the store is corrupt. It is in quarantine now.");
}
