using Bistro.Builder.Errors;

namespace Bistro.Builder.Scheduling;

/// <summary>Follows the jobs of one request and counts them.</summary>
internal sealed class ProgressTracker : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Job, BuildState> _states = [];
    private readonly List<BuildException> _failures = [];
    private readonly Action<BuildProgress>? _progress;
    private readonly TimeProvider _time;
    private readonly long _begun;

    public ProgressTracker(IEnumerable<Job> targets, Action<BuildProgress>? progress, TimeProvider time)
    {
        (_progress, _time, _begun) = (progress, time, time.GetTimestamp());
        foreach (var target in targets)
            Include(target);
        foreach (var job in Jobs)
            job.Observe(OnReport);
    }

    /// <summary>The jobs and what they need, what is needed first.</summary>
    public List<Job> Jobs { get; } = [];

    public BuildReport Report()
    {
        lock (_gate)
            return new BuildReport(Count(), _time.GetElapsedTime(_begun), [.. _failures]);
    }

    public void Dispose()
    {
        foreach (var job in Jobs)
            job.Ignore(OnReport);
    }

    private void Include(Job job)
    {
        if (!_states.TryAdd(job, BuildState.Queued))
            return;
        foreach (var need in job.BuildNeeds)
            Include(need);
        foreach (var need in job.RuntimeNeeds)
            Include(need);
        Jobs.Add(job);
    }

    private void OnReport(JobReport report)
    {
        lock (_gate)
        {
            _states[report.Job] = report.State;
            if (report.State == BuildState.Failed)
                _failures.Add(report.Failure!);
            _progress?.Invoke(new BuildProgress(
                report.Job.Element, report.State, _time.GetElapsedTime(_begun), report.Duration, Count(), report.Failure));
        }
    }

    private BuildCounts Count()
    {
        var counts = new int[Enum.GetValues<BuildState>().Length];
        foreach (var state in _states.Values)
            counts[(int)state]++;
        return new BuildCounts(
            Total: _states.Count,
            Done: Of(BuildState.Cached) + Of(BuildState.Built),
            Cached: Of(BuildState.Cached),
            Running: Of(BuildState.Fetching) + Of(BuildState.Building),
            Failed: Of(BuildState.Failed) + Of(BuildState.Skipped));

        int Of(BuildState state) => counts[(int)state];
    }
}
