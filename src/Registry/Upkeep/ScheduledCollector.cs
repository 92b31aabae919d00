namespace Bistro.Registry.Upkeep;

/// <summary>Collects garbage beside a server, at an interval.</summary>
public sealed partial class ScheduledCollector(Housekeeping housekeeping, TimeSpan interval, ILogger<ScheduledCollector> logger)
{
    public TimeSpan Interval { get; } = interval;

    /// <summary>Collects once, unless another process is collecting, and logs what was removed.</summary>
    /// <returns>Whether anything may be gone.</returns>
    public async Task<bool> CollectAsync(CancellationToken cancellationToken)
    {
        if (await housekeeping.CollectAsync(cancellationToken) is not { } report)
            return false;
        foreach (var thing in report.Evicted)
            LogEvicted(thing.Name);
        if (report.RemovedObjects > 0)
            LogRemoved(report.RemovedObjects, ByteSize.Format(report.RemovedBytes), ByteSize.Format(report.KeptBytes));
        return true;
    }

    [LoggerMessage(LogLevel.Information, "Evicted {Thing}")]
    private partial void LogEvicted(string thing);

    [LoggerMessage(LogLevel.Information, "Removed {Objects} objects, {Bytes}; {Kept} stay")]
    private partial void LogRemoved(long objects, string bytes, string kept);
}
