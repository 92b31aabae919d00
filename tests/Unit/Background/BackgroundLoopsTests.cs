using Bistro.Registry.Background;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bistro.Unit.Background;

public sealed class BackgroundLoopsTests : ILogger<BackgroundLoops>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly FakeTimeProvider _time = new();
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
        await AdvanceAsync(TimeSpan.FromDays(30), turned);
        await loops.StopAsync(TestContext.Current.CancellationToken);
        Assert.InRange(Assert.Single(turns) - start, TimeSpan.FromDays(365), TimeSpan.MaxValue);
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

    // The loop may begin its pause only after the clock was moved: then it is moved on a little, which is less than any difference between two pauses.
    private async Task AdvanceAsync(TimeSpan by, SemaphoreSlim turned)
    {
        _time.Advance(by);
        while (!await turned.WaitAsync(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken))
            _time.Advance(by);
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
}
