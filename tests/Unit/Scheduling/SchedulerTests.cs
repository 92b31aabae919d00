using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Builder.Scheduling;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Microsoft.Extensions.Time.Testing;
using static Bistro.Unit.Scheduling.WorkRecorder;

namespace Bistro.Unit.Scheduling;

public sealed class SchedulerTests : IAsyncDisposable
{
    private readonly WorkRecorder _work = new();
    private readonly List<Scheduler> _schedulers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var scheduler in _schedulers)
            await scheduler.DisposeAsync();
    }

    [Fact]
    public async Task What_is_needed_is_built_first()
    {
        // Ten tools, each built with the one before it, which needs a library to run.
        var elements = new List<Element> { Element("tool0") };
        for (var number = 1; number < 10; number++)
        {
            var library = Element($"library{number}");
            var tool = Element($"tool{number}", build: [elements[^1]], run: [library]);
            elements.AddRange([library, tool]);
        }
        var app = Element("app", build: [elements[^1]]);
        var needs = elements.Append(app).ToDictionary(
            element => element.Name, element => Closure.Build(element).Select(needed => needed.Name).ToArray());
        var fetched = new CountdownEvent(needs.Count);
        var allFetched = new TaskCompletionSource();
        _work.Fetch = _ =>
        {
            if (fetched.Signal())
                allFetched.SetResult();
            return Task.CompletedTask;
        };
        var (ended, early) = (new ConcurrentDictionary<string, bool>(), new ConcurrentQueue<string>());
        _work.Build = async (element, token) =>
        {
            foreach (var needed in needs[element.Name].Where(needed => !ended.ContainsKey(needed)))
                early.Enqueue($"{element.Name} before {needed}");
            // Nothing but its needs keeps an element from being built once its sources are fetched.
            await allFetched.Task.WaitAsync(token);
            ended[element.Name] = true;
        };
        await Create(builders: needs.Count).BuildAsync(app, Token);
        Assert.Empty(early);
        Assert.Equal(needs.Keys.Order(StringComparer.Ordinal), _work.Built.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_an_element_needs_to_run_is_built_with_it()
    {
        await Create().BuildAsync(Element("app", run: [Element("data")]), Token);
        Assert.Equal(["app", "data"], _work.Built.Order());
    }

    [Fact]
    public async Task What_is_in_the_store_is_not_built_and_needs_nothing_to_be_built()
    {
        var tool = Element("tool", build: [Element("compiler")]);
        _work.Keep(tool);
        await Create().BuildAsync(Element("app", build: [tool]), Token);
        Assert.Equal(["app"], _work.Built);
    }

    [Fact]
    public async Task Independent_elements_are_built_at_once()
    {
        var both = new Barrier(2);
        _work.Build = (_, token) => Task.Run(() => both.SignalAndWait(token), token);
        await Create(builders: 2).BuildAsync(Element("app", run: [Element("other")]), Token);
    }

    [Fact]
    public async Task No_more_are_built_at_once_than_there_are_builders()
    {
        const int Builders = 3;
        const int Count = 20;
        var (running, most, fetched) = (0, 0, 0);
        var (allFetched, allBusy) = (new TaskCompletionSource(), new TaskCompletionSource());
        _work.Fetch = _ =>
        {
            if (Interlocked.Increment(ref fetched) == Count)
                allFetched.SetResult();
            return Task.CompletedTask;
        };
        _work.Build = async (_, token) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == Builders)
                allBusy.TrySetResult();
            // By then every element is fetched, and nothing but the number of builders keeps it from being built.
            await Task.WhenAll(allFetched.Task, allBusy.Task).WaitAsync(token);
            Interlocked.Decrement(ref running);
        };
        await Create(Builders).BuildAllAsync(Enumerable.Range(0, Count).Select(number => Element($"e{number}")), null, Token);
        Assert.Equal((Count, Builders), (_work.Built.Length, most));
    }

    [Fact]
    public async Task Fifty_callers_share_one_build()
    {
        var begin = new TaskCompletionSource();
        _work.Build = (_, _) => begin.Task;
        var scheduler = Create();
        // Each caller has loaded the project himself.
        var callers = Enumerable.Range(0, 50).Select(_ => scheduler.BuildAsync(Element("app"), Token)).ToArray();
        begin.SetResult();
        var artifacts = await Task.WhenAll(callers);
        Assert.Equal(["app"], _work.Built);
        Assert.All(artifacts, artifact => Assert.Same(artifacts[0], artifact));
    }

    [Fact]
    public async Task Fifty_callers_share_one_error()
    {
        var begin = new TaskCompletionSource();
        _work.Build = async (element, _) =>
        {
            await begin.Task;
            throw new BuildException(element.FullName, "build-commands", "no");
        };
        var scheduler = Create();
        var callers = Enumerable.Range(0, 50).Select(_ => scheduler.BuildAsync(Element("app"), Token)).ToArray();
        begin.SetResult();
        var errors = await Task.WhenAll(callers.Select(caller => Assert.ThrowsAsync<BuildException>(() => caller)));
        Assert.Equal(["app"], _work.Built);
        Assert.All(errors, error => Assert.Same(errors[0], error));
    }

    [Fact]
    public async Task A_caller_that_leaves_cancels_nothing()
    {
        var begin = new TaskCompletionSource();
        _work.Build = (_, token) => begin.Task.WaitAsync(token);
        var scheduler = Create();
        using var leave = new CancellationTokenSource();
        var impatient = scheduler.BuildAsync(Element("app"), leave.Token);
        var patient = scheduler.BuildAsync(Element("app"), Token);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        begin.SetResult();
        await patient;
        Assert.Equal(["app"], _work.Built);
    }

    [Fact]
    public async Task A_failure_is_tried_again_by_the_next_request()
    {
        var attempts = 0;
        _work.Build = (element, _) => attempts++ == 0 ? throw new BuildException(element.FullName, "build-commands", "no") : Task.CompletedTask;
        var scheduler = Create();
        await Assert.ThrowsAsync<BuildException>(() => scheduler.BuildAsync(Element("app"), Token));
        await scheduler.BuildAsync(Element("app"), Token);
        Assert.Equal(2, attempts);
    }

    [Theory]
    [InlineData(FailurePolicy.Continue)]
    [InlineData(FailurePolicy.Quit)]
    public async Task What_is_evicted_before_a_build_holds_it_is_built_again(FailurePolicy onError)
    {
        var tool = Element("tool");
        _work.Keep(tool);
        var attempts = 0;
        _work.Build = (element, _) => element.Name == "app" && attempts++ == 0 ? throw Evict(tool) : Task.CompletedTask;
        await Create(onError: onError).BuildAsync(Element("app", build: [tool]), Token);
        Assert.Equal(["app", "tool", "app"], _work.Built);
    }

    [Fact]
    public async Task A_store_that_evicts_again_and_again_is_reported()
    {
        var tool = Element("tool");
        _work.Build = (element, _) => element.Name == "app" ? throw Evict(tool) : Task.CompletedTask;
        var error = await Assert.ThrowsAsync<BuildException>(() => Create().BuildAsync(Element("app", build: [tool]), Token));
        Assert.True(error.IsEviction);
    }

    [Fact]
    public async Task The_error_names_the_element_that_failed_not_the_one_that_was_wanted()
    {
        _work.Build = (element, _) => element.Name == "libc" ? throw new BuildException("libc", "build-commands", "no") : Task.CompletedTask;
        var app = Element("app", build: [Element("tool", run: [Element("libc")])]);
        var error = await Assert.ThrowsAsync<BuildException>(() => Create().BuildAsync(app, Token));
        Assert.Equal("libc", error.Element);
        Assert.DoesNotContain("app", _work.Built);
    }

    [Fact]
    public async Task Whatever_goes_wrong_names_the_element()
    {
        _work.Build = (_, _) => throw new IOException("No space left on device");
        var error = await Assert.ThrowsAsync<BuildException>(() => Create().BuildAsync(Element("app"), Token));
        Assert.Equal(("app", "app: No space left on device"), (error.Element, error.Message));
    }

    [Fact]
    public async Task Those_who_share_a_need_that_fails_build_it_once()
    {
        _work.Build = (element, _) => throw new BuildException(element.FullName, "build-commands", "no");
        var libc = Element("libc");
        var report = await Create().BuildAllAsync(Enumerable.Range(0, 10).Select(number => Element($"e{number}", build: [libc])), null, Token);
        Assert.Equal(["libc"], _work.Built);
        Assert.Equal("libc", Assert.Single(report.Failures).Element);
        Assert.Equal(11, report.Counts.Failed);
        Assert.False(report.IsComplete);
    }

    [Fact]
    public async Task What_does_not_need_a_failure_is_built_all_the_same()
    {
        _work.Build = (element, _) => element.Name == "bad" ? throw new BuildException("bad", "build-commands", "no") : Task.CompletedTask;
        var report = await Create().BuildAllAsync([Element("bad"), Element("good")], null, Token);
        Assert.Equal((1, 1), (report.Counts.Done, report.Counts.Failed));
    }

    [Fact]
    public async Task On_error_quit_begins_nothing_new()
    {
        _work.Build = (element, _) => throw new BuildException(element.FullName, "build-commands", "no");
        var elements = Enumerable.Range(0, 10).Select(number => Element($"e{number}"));
        var report = await Create(builders: 1, FailurePolicy.Quit).BuildAllAsync(elements, null, Token);
        Assert.Single(_work.Built);
        Assert.Single(report.Failures);
    }

    [Fact]
    public async Task On_error_terminate_ends_running_builds()
    {
        var running = new TaskCompletionSource();
        _work.Build = async (element, token) =>
        {
            if (element.Name == "bad")
            {
                await running.Task;
                throw new BuildException("bad", "build-commands", "no");
            }
            running.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        var report = await Create(builders: 2, FailurePolicy.Terminate).BuildAllAsync([Element("endless"), Element("bad")], null, Token);
        Assert.Equal("bad", Assert.Single(report.Failures).Element);
        Assert.Equal(2, report.Counts.Failed);
    }

    [Fact]
    public async Task A_fetch_that_failed_in_passing_is_tried_again()
    {
        var attempts = 0;
        _work.Fetch = _ => attempts++ < 2 ? throw new SourceException("reset", isTransient: true) : Task.CompletedTask;
        await Create().BuildAsync(Element("app"), Token);
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task A_fetch_that_failed_for_good_is_not()
    {
        _work.Fetch = _ => throw new SourceException("404");
        var error = await Assert.ThrowsAsync<BuildException>(() => Create().BuildAsync(Element("app"), Token));
        Assert.Equal(("fetch", "app: 404"), (error.Phase, error.Message));
    }

    [Fact]
    public async Task Progress_reports_each_state_and_counts_all()
    {
        var cached = Element("cached");
        _work.Keep(cached);
        var seen = new List<string>();
        // The build may begin before anybody watches: it ends after it was seen.
        var watched = new TaskCompletionSource();
        _work.Build = (_, _) => watched.Task;
        var report = await Create().BuildAllAsync([Element("app", build: [cached])], progress =>
        {
            seen.Add($"{progress.Element.Name} {progress.State} {progress.Counts.Done}+{progress.Counts.Running}+{progress.Counts.ToGo}");
            if (progress.State == BuildState.Building)
                watched.TrySetResult();
        }, Token);
        Assert.Contains("cached Cached 1+0+1", seen);
        Assert.Contains("app Building 1+1+0", seen);
        Assert.Equal("app Built 2+0+0", seen[^1]);
        Assert.True(report.IsComplete);
        Assert.Equal(1, report.Counts.Cached);
    }

    [Fact]
    public async Task A_duration_counts_from_when_the_build_began()
    {
        var time = new FakeTimeProvider();
        _work.Build = (element, _) =>
        {
            time.Advance(TimeSpan.FromSeconds(element.Name == "slow" ? 60 : 5));
            return Task.CompletedTask;
        };
        var durations = new Dictionary<string, double>();
        await Create(time: time).BuildAllAsync([Element("app", build: [Element("slow")])], progress =>
        {
            if (progress.State == BuildState.Built)
                durations[progress.Element.Name] = progress.Duration.TotalSeconds;
        }, Token);
        Assert.Equal((60.0, 5.0), (durations["slow"], durations["app"]));
    }

    [Fact]
    public async Task Disposing_ends_what_is_running()
    {
        var began = new TaskCompletionSource();
        _work.Build = (_, token) =>
        {
            began.SetResult();
            return Task.Delay(Timeout.Infinite, token);
        };
        var scheduler = Create();
        var build = scheduler.BuildAsync(Element("app"), Token);
        await began.Task;
        await scheduler.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
    }

    [Fact]
    public async Task Mistakes_are_reported_together_before_anything_is_built()
    {
        var file = new SourceFile("elements/x.bst", null);
        var parent = Element("parent", configuration: new Wrong([new LoadError(LoadErrorReason.InvalidData, new Provenance(file, 10, 3), "ten")]));
        var built = Element("built", configuration: new Wrong([new LoadError(LoadErrorReason.InvalidData, new Provenance(file, 1, 1), "It is built already")]));
        _work.Keep(built);
        var scheduler = Create(findMistakes: element => element == built ? [new LoadError(LoadErrorReason.InvalidData, new Provenance(file, 2, 5), "two")] : []);
        var app = Element("app", build: [Element("tool"), parent, built]);

        foreach (var build in (Func<Task>[])[() => scheduler.BuildAsync(app, Token), () => scheduler.BuildAllAsync([app], null, Token)])
        {
            var failure = await Assert.ThrowsAsync<BuildException>(build);
            Assert.Equal(("resolve", "elements/x.bst:2:5: two\nelements/x.bst:10:3: ten"), (failure.Phase, failure.Message));
        }
        Assert.Empty(_work.Built);
        await scheduler.BuildAsync(built, Token);
    }

    private sealed record Wrong(ImmutableArray<LoadError> Mistakes) : IElementConfiguration
    {
        public KeyValue UniqueKey => KeyValue.Null;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    private BuildException Evict(Element element)
    {
        _work.Evict(element);
        return new BuildException("app", "stage", $"{element.FullName} was evicted") { IsEviction = true };
    }

    private Scheduler Create(int builders = 4, FailurePolicy onError = FailurePolicy.Continue, TimeProvider? time = null, Func<Element, IEnumerable<LoadError>>? findMistakes = null)
    {
        var options = new SchedulerOptions { Builders = builders, OnError = onError, RetryPause = TimeSpan.Zero };
        var scheduler = new Scheduler(_work, options, time ?? TimeProvider.System) { FindMistakes = findMistakes ?? (_ => []) };
        _schedulers.Add(scheduler);
        return scheduler;
    }
}
