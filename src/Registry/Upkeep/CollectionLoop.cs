using Bistro.Builder.Content;
using Bistro.Builder.Upkeep;

namespace Bistro.Registry.Upkeep;

/// <summary>Collections beside a server, one after the other.</summary>
public sealed partial class CollectionLoop(Housekeeping housekeeping, TimeSpan interval, TimeProvider time, ILogger<CollectionLoop> logger)
{
    /// <param name="forget">Called after each, for caches to forget what may be gone.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action forget, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                if (await housekeeping.CollectAsync(cancellationToken) is { } report)
                    Tell(report);
            }
            catch (Exception failure) when (failure is IOException or DiskFullException)
            {
                LogFailed(failure.Message);
            }
            forget();
        }
    }

    private void Tell(CollectionReport report)
    {
        foreach (var thing in report.Evicted)
            LogEvicted(thing.Name);
        if (report.RemovedObjects > 0)
            LogRemoved(report.RemovedObjects, ByteSize.Format(report.RemovedBytes), ByteSize.Format(report.KeptBytes));
    }

    [LoggerMessage(LogLevel.Information, "Evicted {Thing}")]
    private partial void LogEvicted(string thing);

    [LoggerMessage(LogLevel.Information, "Removed {Objects} objects, {Bytes}; {Kept} stay")]
    private partial void LogRemoved(long objects, string bytes, string kept);

    [LoggerMessage(LogLevel.Warning, "The garbage collection failed: {Reason}")]
    private partial void LogFailed(string reason);
}
