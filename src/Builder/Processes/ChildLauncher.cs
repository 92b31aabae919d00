using System.Collections.Concurrent;
using System.Diagnostics;

namespace Bistro.Builder.Processes;

/// <summary>
/// The one thread that starts children. The kernel sends a child's parent-death signal when the <em>thread</em> that forked
/// it ends, so children are not started on pool threads, which come and go. This thread lives as long as Bistro.
/// </summary>
internal static class ChildLauncher
{
    private static readonly BlockingCollection<Action> Requests = Start();

    /// <exception cref="ToolException">The program could not be started.</exception>
    public static Task<Process> LaunchAsync(ProcessStartInfo start)
    {
        var completion = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() =>
        {
            try
            {
#pragma warning disable RS0030 // The one place that starts processes.
                completion.SetResult(Process.Start(start)!);
#pragma warning restore RS0030
            }
            catch (Exception exception)
            {
                // Whatever it is: an exception of this thread would end the process.
                completion.SetException(new ToolException($"'{start.FileName}' could not be started: {exception.Message}", exception));
            }
        });
        return completion.Task;
    }

    private static BlockingCollection<Action> Start()
    {
        Descriptors.CloseOnExec();
        var requests = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var request in requests.GetConsumingEnumerable())
                request();
        })
        { IsBackground = true, Name = "child launcher" }.Start();
        return requests;
    }
}
