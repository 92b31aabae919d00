using Bistro.Builder.Artifacts;
using Bistro.Builder.Errors;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Errors;

namespace Bistro.Builder.Scheduling;

/// <summary>
/// Makes elements available: one job per key however many ask, what is independent in parallel. Jobs are the scheduler's
/// own: a caller that leaves cancels nothing, and disposing the scheduler ends them all.
/// </summary>
public sealed class Scheduler : IAsyncDisposable
{
    // A store that is too small for what one build needs would evict for ever.
    private const int MostEvictions = 3;

    private readonly IElementWork _work;
    private readonly SchedulerOptions _options;
    private readonly TimeProvider _time;
    private readonly JobTable _jobs;
    private readonly SemaphoreSlim _builders;
    private readonly SemaphoreSlim _fetchers;
    private readonly CancellationTokenSource _shutdown = new();

    /// <summary>Ends running jobs: at the shutdown, or because one failed under <see cref="FailurePolicy.Terminate"/>.</summary>
    private readonly CancellationTokenSource _running;
    private BuildException? _stopped;

    public Scheduler(IElementWork work, SchedulerOptions options, TimeProvider time)
    {
        (_work, _options, _time) = (work, options, time);
        _jobs = new JobTable(work.Find, element => FindMistakes(element), time);
        _builders = new SemaphoreSlim(options.Builders);
        _fetchers = new SemaphoreSlim(options.Fetchers);
        _running = CancellationTokenSource.CreateLinkedTokenSource(_shutdown.Token);
    }

    /// <summary>
    /// Finds mistakes of an element beyond those of its configuration. The mistakes of all elements that a build needs are reported
    /// together, before anything is built.
    /// </summary>
    public Func<Element, IEnumerable<LoadError>> FindMistakes { get; init; } = _ => [];

    /// <summary>The element's artifact; its runtime closure is in the store then, too.</summary>
    /// <param name="element">What is wanted.</param>
    /// <param name="cancellationToken">Ends the waiting, not the build.</param>
    /// <exception cref="BuildException">The element, or one that it needs, cannot be built.</exception>
    public async Task<Artifact> BuildAsync(Element element, CancellationToken cancellationToken)
    {
        for (var evictions = 0; ; evictions++)
        {
            try
            {
                var job = _jobs.Enlist([element], Begin)[0];
                await job.Ready.WaitAsync(cancellationToken);
                return await job.Completion;
            }
            catch (BuildException failure) when (failure.IsEviction && evictions < MostEvictions)
            {
                // What was evicted is missing now, and is built with the rest.
            }
        }
    }

    /// <summary>Makes several elements available and tells how it goes. Builds that fail are in the report.</summary>
    /// <param name="elements">What is wanted.</param>
    /// <param name="progress">Told of each change; the calls do not overlap, and jobs wait for them.</param>
    /// <param name="cancellationToken">Ends the waiting, not the builds.</param>
    /// <exception cref="BuildException">Something that must be built has no ref, or is wrong. Nothing was begun.</exception>
    public async Task<BuildReport> BuildAllAsync(
        IEnumerable<Element> elements, Action<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        using var tracker = new ProgressTracker(_jobs.Enlist(elements, Begin), progress, _time);
        var all = Task.WhenAll(tracker.Jobs.Select(job => job.Completion));
        await ((Task)all).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return tracker.Report();
    }

    /// <summary>Ends every job, and waits until it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_shutdown.IsCancellationRequested)
            return;
        await _shutdown.CancelAsync();
        await Task.WhenAll(_jobs.Snapshot().Select(job => (Task)job.Completion)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _running.Dispose();
        _shutdown.Dispose();
        _builders.Dispose();
        _fetchers.Dispose();
    }

    private void Begin(Job job) => _ = Task.Run(() => RunAsync(job, _running.Token), CancellationToken.None);

    private async Task RunAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            var (artifact, state) = await MakeAsync(job, cancellationToken);
            _jobs.Remove(job);
            job.Succeed(artifact, state);
        }
        catch (Exception exception)
        {
            var failure = Explain(job.Element, exception);
            StopAfter(failure);
            _jobs.Remove(job);
            job.Fail(failure);
        }
    }

    private async Task<(Artifact Artifact, BuildState State)> MakeAsync(Job job, CancellationToken cancellationToken)
    {
        // The lock comes before the builder: who has a builder waits for no other process, so processes cannot wait in a circle.
        using var held = await _work.LockAsync(job.Element, cancellationToken);
        if (_work.Find(job.Element) is { } artifact)
            return (artifact, BuildState.Cached);

        var sources = await GatherAsync(job, cancellationToken);
        await _builders.WaitAsync(cancellationToken);
        try
        {
            ThrowIfStopped();
            job.Report(BuildState.Building);
            return (await _work.AssembleAsync(job.Element, sources, cancellationToken), BuildState.Built);
        }
        catch (Exception exception)
        {
            // Before the builder is free: the next job must not slip through.
            StopAfter(Explain(job.Element, exception));
            throw;
        }
        finally
        {
            _builders.Release();
        }
    }

    /// <summary>Fetches the sources while the dependencies are built.</summary>
    private async Task<Digest> GatherAsync(Job job, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fetch = FetchAsync(job, stop.Token);
        try
        {
            await Job.WhenAllAsync([fetch, .. job.BuildNeeds.Select(need => need.Ready)]);
            return await fetch;
        }
        catch
        {
            await stop.CancelAsync();
            await ((Task)fetch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task<Digest> FetchAsync(Job job, CancellationToken cancellationToken)
    {
        await _fetchers.WaitAsync(cancellationToken);
        try
        {
            ThrowIfStopped();
            if (!job.Element.Sources.IsEmpty)
                job.Report(BuildState.Fetching);
            var sources = await FetchPatientlyAsync(job.Element, cancellationToken);
            job.Report(BuildState.Queued);
            return sources;
        }
        finally
        {
            _fetchers.Release();
        }
    }

    private async Task<Digest> FetchPatientlyAsync(Element element, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await _work.FetchAsync(element, cancellationToken);
            }
            catch (SourceException exception) when (exception.IsTransient && attempt < _options.NetworkRetries)
            {
                await Task.Delay(_options.RetryPause, _time, cancellationToken);
            }
        }
    }

    private void StopAfter(Exception failure)
    {
        if (_options.OnError == FailurePolicy.Continue || failure is not BuildException { IsEviction: false } reason)
            return;
        _stopped ??= reason;
        if (_options.OnError == FailurePolicy.Terminate)
            _running.Cancel();
    }

    private void ThrowIfStopped()
    {
        if (_stopped is { } failure)
            throw failure;
    }

    /// <summary>The message of a failure outside of a build. It always names the element.</summary>
    private static Exception Explain(Element element, Exception exception) => exception switch
    {
        BuildException or OperationCanceledException => exception,
        SourceException source => new BuildException(element.FullName, "fetch", BuildException.Describe(element.FullName, source), source)
        {
            Project = element.Project.Name,
            LogPath = source.LogPath,
            LastLines = source.LastLines,
        },
        _ => new BuildException(element.FullName, "assemble", BuildException.Describe(element.FullName, exception), exception) { Project = element.Project.Name },
    };
}
