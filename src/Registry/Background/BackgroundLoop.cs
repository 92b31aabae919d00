namespace Bistro.Registry.Background;

/// <summary>Work that is repeated beside the server for as long as the server runs.</summary>
/// <param name="Name">What logs and health reports call it.</param>
/// <param name="Interval">The time between the end of one turn and the begin of the next.</param>
/// <param name="TurnAsync">One turn. It may throw anything: <see cref="BackgroundLoops"/> repeats it after a pause.</param>
public sealed record BackgroundLoop(string Name, TimeSpan Interval, Func<CancellationToken, Task> TurnAsync);

/// <summary>How a loop is doing.</summary>
/// <param name="Name">The name of the loop.</param>
/// <param name="LastSuccess">When a turn last succeeded; null before the first one.</param>
/// <param name="Failures">The number of turns that failed since then.</param>
/// <param name="LastFailure">The message of the last failed turn; null when the last turn succeeded.</param>
public sealed record LoopState(string Name, DateTimeOffset? LastSuccess, int Failures, string? LastFailure)
{
    public bool IsHealthy => Failures == 0;
}
