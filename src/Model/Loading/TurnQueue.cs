namespace Bistro.Model.Loading;

/// <summary>Runs one piece of work at a time, in the order in which they were asked for. Waiting occupies no thread. Thread-safe.</summary>
internal sealed class TurnQueue
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;

    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_lock)
            (before, _last) = (_last, end.Task);
        try
        {
            await before.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The turn passes to the next in the queue, but not before it would have come.
            _ = before.ContinueWith(static (_, end) => ((TaskCompletionSource)end!).SetResult(), end, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
        try
        {
            return work();
        }
        finally
        {
            end.SetResult();
        }
    }
}
