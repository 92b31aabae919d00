using System.Threading.Channels;
using Bistro.Registry.Background;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bistro.Unit.Background;

public sealed class BackgroundLoopsTests : ILogger<BackgroundLoops>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly PausedTime _time = new();
    private readonly List<string> _log = [];

    public static TheoryData<Type> AnyException =>
        [typeof(IOException), typeof(OperationCanceledException), typeof(ObjectDisposedException), typeof(NullReferenceException), typeof(OutOfMemoryException)];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(AnyException))]
    public async Task A_loop_that_fails_is_repeated_until_it_works_and_says_so_once(Type kind)
    {
        var turns = 0;
        await using var loops = new BackgroundLoops(_time, this);
        using var turned = new SemaphoreSlim(0);
        loops.Add(new BackgroundLoop("work", Interval, _ =>
        {
            turned.Release();
            // An object disposed needs a name.
            return ++turns is > 1 and < 5 ? throw Make(kind) : Task.CompletedTask;
        }));
        await loops.StartAsync(TestContext.Current.CancellationToken);
        // The pauses: the interval, the interval, and then what doubles from one second.
        foreach (var pause in new[] { 0.2, 0.2, 1, 2, 4, 0.2 })
            await AdvanceAsync(TimeSpan.FromSeconds(pause), turned);
        await loops.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(6, turns);
        Assert.Equal([$"Error: The loop 'work' failed. It is repeated until it succeeds.{(kind == typeof(IOException) ? " I/O error occurred." : "")}", "Information: The loop 'work' works again after 3 failures."], _log);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_loop_that_fails_does_not_stop_another_and_reports_its_state()
    {
        await using var loops = new BackgroundLoops(_time, this);
        using var turned = new SemaphoreSlim(0);
        loops.Add(new BackgroundLoop("bad", Interval, _ => throw new IOException("broken")));
        loops.Add(new BackgroundLoop("good", Interval, _ =>
        {
            turned.Release();
            return Task.CompletedTask;
        }));
        await loops.StartAsync(TestContext.Current.CancellationToken);
        await _time.WaitForPauseAsync(Interval);
        for (var turn = 0; turn < 3; turn++)
            await AdvanceAsync(Interval, turned);
        await loops.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["bad", "good"], loops.States.Select(state => state.Name));
        Assert.False(loops.States[0].IsHealthy);
        Assert.Equal("broken", loops.States[0].LastFailure);
        Assert.True(loops.States[1].IsHealthy);
        Assert.NotNull(loops.States[1].LastSuccess);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_interval_may_be_longer_than_a_timer()
    {
        await using var loops = new BackgroundLoops(_time, this);
        using var turned = new SemaphoreSlim(0);
        var turns = new List<DateTimeOffset>();
        loops.Add(new BackgroundLoop("yearly", TimeSpan.FromDays(365), _ =>
        {
            turns.Add(_time.GetUtcNow());
            turned.Release();
            return Task.CompletedTask;
        }));
        var start = _time.GetUtcNow();
        await loops.StartAsync(TestContext.Current.CancellationToken);
        foreach (var days in Enumerable.Repeat(40, 9).Append(5))
        {
            await _time.WaitForPauseAsync(TimeSpan.FromDays(days));
            _time.Advance(TimeSpan.FromDays(days));
        }
        await turned.WaitAsync(TestContext.Current.CancellationToken);
        await loops.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromDays(365), Assert.Single(turns) - start);
    }

    [Fact(Timeout = 60_000)]
    public async Task Stopping_waits_for_the_turn_that_is_under_way()
    {
        await using var loops = new BackgroundLoops(_time, this);
        using var turned = new SemaphoreSlim(0);
        var end = new TaskCompletionSource();
        var hasEnded = false;
        loops.Add(new BackgroundLoop("slow", Interval, async _ =>
        {
            turned.Release();
            await end.Task;
            hasEnded = true;
        }));
        await loops.StartAsync(TestContext.Current.CancellationToken);
        await AdvanceAsync(Interval, turned);
        var stopping = loops.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stopping.IsCompleted);
        end.SetResult();
        await stopping;
        Assert.True(hasEnded);
    }

    [Fact(Timeout = 60_000)]
    public async Task Stopping_does_not_wait_for_ever()
    {
        var loops = new BackgroundLoops(_time, this);
        using var turned = new SemaphoreSlim(0);
        var never = new TaskCompletionSource();
        loops.Add(new BackgroundLoop("stuck", Interval, _ =>
        {
            turned.Release();
            return never.Task;
        }));
        await loops.StartAsync(TestContext.Current.CancellationToken);
        await AdvanceAsync(Interval, turned);
        await loops.StopAsync(new CancellationToken(canceled: true));
        Assert.Equal(["Warning: The server stops although background work has not ended yet."], _log);
        never.SetResult();
    }

    /// <summary>Ends the pause of a loop, and waits for the turn that follows.</summary>
    private async Task AdvanceAsync(TimeSpan pause, SemaphoreSlim turned)
    {
        await _time.WaitForPauseAsync(pause);
        _time.Advance(pause);
        await turned.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static Exception Make(Type kind) =>
        kind == typeof(ObjectDisposedException) ? new ObjectDisposedException("thing") : (Exception)Activator.CreateInstance(kind)!;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_log)
            _log.Add($"{logLevel}: {formatter(state, exception)}");
    }

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    /// <summary>A clock that knows which pauses have begun, so that a test moves it after that and not before.</summary>
    private sealed class PausedTime : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _begun = Channel.CreateUnbounded<TimeSpan>();
        private readonly List<TimeSpan> _unclaimed = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _begun.Writer.TryWrite(dueTime);
            return timer;
        }

        /// <summary>Waits until a pause of this length has begun. Each one counts once.</summary>
        public async Task WaitForPauseAsync(TimeSpan pause)
        {
            while (!_unclaimed.Remove(pause))
                _unclaimed.Add(await _begun.Reader.ReadAsync(TestContext.Current.CancellationToken));
        }
    }
}
