using System.Collections.Concurrent;

namespace Bistro.Registry.Background;

/// <summary>
/// Supervises everything that runs beside the server. A turn that fails, with any exception, is repeated after a pause that
/// doubles with each failure. The first failure and the recovery are logged. Stopping cancels all loops and waits for them.
/// </summary>
public sealed partial class BackgroundLoops(TimeProvider time, ILogger<BackgroundLoops> log) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // Timers of .NET take less than 50 days; an interval may be longer.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(40);

    // A host that is disposed without being stopped waits this long.
    private static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(10);

    // A long loop, such as an hourly collection, is expensive to repeat: its pause grows to this part of its interval.
    private const int PartOfInterval = 20;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, LoopState> _states = new(StringComparer.Ordinal);
    private readonly List<BackgroundLoop> _loops = [];
    private Task _running = Task.CompletedTask;
    private int _isDisposed;

    /// <summary>The state of each loop, ordered by name.</summary>
    public IReadOnlyList<LoopState> States => [.. _states.Values.OrderBy(state => state.Name, StringComparer.Ordinal)];

    /// <summary>Adds a loop. It starts with the server.</summary>
    public void Add(BackgroundLoop loop)
    {
        if (!_states.TryAdd(loop.Name, new LoopState(loop.Name, null, 0, null)))
            throw new ArgumentException($"There is a loop named {loop.Name} already.", nameof(loop));
        _loops.Add(loop);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(_loops.Select(loop => Task.Run(() => RunAsync(loop, _stop.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <summary>Cancels all loops and waits for them, until the token ends the waiting.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        try
        {
            await _running.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogStillRunning();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A container disposes what it knows under two types twice.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        using var timeout = new CancellationTokenSource(DisposeTimeout, time);
        await StopAsync(timeout.Token);
        if (_running.IsCompleted)
            _stop.Dispose();
    }

    private async Task RunAsync(BackgroundLoop loop, CancellationToken stopping)
    {
        var failures = 0;
        while (await PauseAsync(failures == 0 ? loop.Interval : BackOff(loop, failures), stopping))
        {
            try
            {
                await loop.TurnAsync(stopping);
                if (failures > 0)
                    LogRecovered(loop.Name, failures);
                failures = 0;
                _states[loop.Name] = new LoopState(loop.Name, time.GetUtcNow(), 0, null);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                if (++failures == 1)
                    LogFailure(loop.Name, failure);
                _states[loop.Name] = _states[loop.Name] with { Failures = failures, LastFailure = failure.Message };
            }
            catch (Exception)
            {
                // What the stop has interrupted is not a failure.
            }
        }
    }

    // The message of an I/O error says what is wrong with the disk or the network; of anything else the stack is needed.
    private void LogFailure(string loop, Exception failure)
    {
        if (failure is IOException)
            LogFailed(loop, failure.Message);
        else
            LogFault(failure, loop);
    }

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        for (; pause > TimeSpan.Zero && !stopping.IsCancellationRequested; pause -= LongestDelay)
        {
            var delay = pause < LongestDelay ? pause : LongestDelay;
            await Task.Delay(delay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !stopping.IsCancellationRequested;
    }

    private static TimeSpan BackOff(BackgroundLoop loop, int failures)
    {
        var longest = TimeSpan.FromTicks(Math.Max(LongestPause.Ticks, loop.Interval.Ticks / PartOfInterval));
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 20));
        return pause < longest ? pause : longest;
    }

    [LoggerMessage(LogLevel.Error, "The loop '{Loop}' failed. It is repeated until it succeeds.")]
    private partial void LogFault(Exception failure, string loop);

    [LoggerMessage(LogLevel.Error, "The loop '{Loop}' failed. It is repeated until it succeeds. {Reason}")]
    private partial void LogFailed(string loop, string reason);

    [LoggerMessage(LogLevel.Information, "The loop '{Loop}' works again after {Failures} failures.")]
    private partial void LogRecovered(string loop, int failures);

    [LoggerMessage(LogLevel.Warning, "The server stops although background work has not ended yet.")]
    private partial void LogStillRunning();
}
