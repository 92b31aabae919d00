using System.Collections.Immutable;
using Bistro.Builder.Artifacts;
using Bistro.Builder.Errors;
using Bistro.Model.Elements;

namespace Bistro.Builder.Scheduling;

/// <summary>
/// One element being made available. It belongs to the scheduler: every caller that asks for the element joins it, sees what it
/// reports, and gets its one result or its one error.
/// </summary>
internal sealed class Job
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<Artifact> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private long _begun;
    private Action<JobReport>? _observers;
    private JobReport _last;

    public Job(Element element, ImmutableArray<Job> buildNeeds, ImmutableArray<Job> runtimeNeeds, TimeProvider time)
    {
        (Element, BuildNeeds, RuntimeNeeds, _time, _begun) = (element, buildNeeds, runtimeNeeds, time, time.GetTimestamp());
        _last = new JobReport(this, BuildState.Queued, TimeSpan.Zero, null);
        Ready = WhenAllAsync([.. runtimeNeeds.Select(job => job.Ready), Completion]);
        // No caller may be waiting for a job that fails. That is not an error: the failure was reported.
        _ = Ready.ContinueWith(static ready => ready.Exception, TaskContinuationOptions.OnlyOnFaulted);
    }

    public Element Element { get; }

    /// <summary>The jobs of its direct build dependencies.</summary>
    public ImmutableArray<Job> BuildNeeds { get; }

    /// <summary>The jobs of its direct runtime dependencies.</summary>
    public ImmutableArray<Job> RuntimeNeeds { get; }

    public Task<Artifact> Completion => _completion.Task;

    /// <summary>Completes when the artifact and those of the runtime closure are there, and fails when one of them does.</summary>
    public Task Ready { get; }

    /// <summary>A job with nothing to do.</summary>
    public static Job Finished(Element element, Artifact artifact, ImmutableArray<Job> runtimeNeeds, TimeProvider time)
    {
        var job = new Job(element, [], runtimeNeeds, time);
        job.Succeed(artifact, BuildState.Cached);
        return job;
    }

    /// <summary>Waits for all, but no longer once one has failed.</summary>
    public static async Task WhenAllAsync(IEnumerable<Task> tasks)
    {
        await foreach (var done in Task.WhenEach(tasks))
            await done;
    }

    /// <summary>Calls the observer with the present state, and at each change. The calls do not overlap.</summary>
    public void Observe(Action<JobReport> observer)
    {
        lock (_gate)
        {
            _observers += observer;
            observer(_last);
        }
    }

    public void Ignore(Action<JobReport> observer)
    {
        lock (_gate)
            _observers -= observer;
    }

    public void Report(BuildState state, BuildException? failure = null)
    {
        lock (_gate)
        {
            // Waiting is not work: each piece of work is measured from its own beginning.
            if (state is BuildState.Fetching or BuildState.Building)
                _begun = _time.GetTimestamp();
            _last = new JobReport(this, state, _time.GetElapsedTime(_begun), failure);
            _observers?.Invoke(_last);
        }
    }

    public void Succeed(Artifact artifact, BuildState state)
    {
        Report(state);
        _completion.SetResult(artifact);
    }

    public void Fail(Exception exception)
    {
        var failure = exception as BuildException;
        // The failure of something that it needs is not its own.
        Report(failure?.Element == Element.FullName ? BuildState.Failed : BuildState.Skipped, failure);
        _completion.SetException(exception);
    }
}

/// <summary>A change of a job's state.</summary>
internal readonly record struct JobReport(Job Job, BuildState State, TimeSpan Duration, BuildException? Failure);
