using System.Collections.Immutable;
using Bistro.Builder.Artifacts;
using Bistro.Builder.Errors;
using Bistro.Model.Elements;
using Bistro.Model.Errors;

namespace Bistro.Builder.Scheduling;

/// <summary>The jobs that are under way, by key: a caller that needs one of them joins it.</summary>
/// <param name="find">An element's artifact, or null.</param>
/// <param name="check">Finds mistakes of an element beyond those of its configuration.</param>
/// <param name="time">The clock of the jobs.</param>
internal sealed class JobTable(Func<Element, Artifact?> find, Func<Element, IEnumerable<LoadError>> check, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<JobKey, Job> _underWay = [];

    /// <summary>
    /// Jobs for all that the elements need: their runtime closures, and of what is not in the store, the build closures. New
    /// jobs all exist before one of them begins, so that those who share a need share its one failure.
    /// </summary>
    /// <param name="elements">What is wanted.</param>
    /// <param name="begin">Begins a new job; must not block.</param>
    /// <returns>The jobs of the elements, in their order.</returns>
    /// <exception cref="BuildException">An element that must be built has no ref, or cannot be built as it is written. Nothing was begun.</exception>
    public ImmutableArray<Job> Enlist(IEnumerable<Element> elements, Action<Job> begin)
    {
        ImmutableArray<Element> targets = [.. elements];
        lock (_gate)
        {
            var needed = FindNeeded(targets);
            var missing = needed.Where(need => need.Value is null).Select(need => need.Key).ToList();
            CheckRefs(missing);
            CheckMistakes(needed);
            var jobs = new Dictionary<Element, Job>(ReferenceEqualityComparer.Instance);
            var created = new List<Job>();
            foreach (var element in Closure.All(targets).Where(needed.ContainsKey))
                jobs.Add(element, MakeJob(element, needed[element], jobs, created));
            created.ForEach(begin);
            return [.. targets.Select(target => jobs[target])];
        }
    }

    /// <summary>Forgets a job that is about to complete: its artifact is in the store, or the next request tries again.</summary>
    public void Remove(Job job)
    {
        lock (_gate)
            _underWay.Remove(JobKey.Of(job.Element));
    }

    public ImmutableArray<Job> Snapshot()
    {
        lock (_gate)
            return [.. _underWay.Values];
    }

    /// <summary>The elements that must be there, with the artifacts of those that are. What a job under way needs is its own affair.</summary>
    private Dictionary<Element, Artifact?> FindNeeded(IEnumerable<Element> targets)
    {
        var needed = new Dictionary<Element, Artifact?>(ReferenceEqualityComparer.Instance);
        var open = new Stack<Element>(targets);
        while (open.TryPop(out var element))
        {
            if (needed.ContainsKey(element))
                continue;
            var artifact = find(element);
            needed.Add(element, artifact);
            if (artifact is null && _underWay.ContainsKey(JobKey.Of(element)))
                continue;
            foreach (var dependency in element.Dependencies)
                if (dependency.IsRuntime || artifact is null)
                    open.Push(dependency.Element);
        }
        return needed;
    }

    private Job MakeJob(Element element, Artifact? artifact, Dictionary<Element, Job> jobs, List<Job> created)
    {
        if (artifact is not null)
            return Job.Finished(element, artifact, Needs(dependency => dependency.IsRuntime), time);
        if (_underWay.TryGetValue(JobKey.Of(element), out var joined))
            return joined;
        var job = new Job(element, Needs(dependency => dependency.IsBuild), Needs(dependency => dependency.IsRuntime), time);
        created.Add(job);
        _underWay.Add(JobKey.Of(element), job);
        return job;

        ImmutableArray<Job> Needs(Func<Dependency, bool> choice) =>
            [.. element.Dependencies.Where(choice).Select(dependency => jobs[dependency.Element])];
    }

    private static void CheckRefs(IEnumerable<Element> missing)
    {
        string[] names =
        [
            .. missing.Where(element => element.Sources.Any(source => !source.Configuration.IsResolved))
                .Select(element => element.FullName)
                .Order(StringComparer.Ordinal),
        ];
        if (names.Length > 0)
            throw new BuildException(
                names[0], "resolve",
                $"{string.Join(", ", names)}: a source has no ref, so it is not known what to build. Run: bistro source track {string.Join(' ', names)}");
    }

    // A mistake that is found when an image is made may stand in an element that is built already.
    private void CheckMistakes(Dictionary<Element, Artifact?> needed)
    {
        if (needed.Values.All(artifact => artifact is not null))
            return;
        var errors = new LoadErrors();
        string? wrong = null;
        foreach (var (element, artifact) in needed)
        {
            var mistakes = check(element);
            if (artifact is null && element.Configuration is { Mistakes.IsEmpty: false } configuration)
                mistakes = mistakes.Concat(configuration.Mistakes);
            foreach (var mistake in mistakes)
            {
                errors.Add(mistake.Reason, mistake.Where, mistake.Message);
                wrong ??= element.FullName;
            }
        }
        try
        {
            errors.ThrowIfAny();
        }
        catch (LoadException mistakes)
        {
            throw new BuildException(wrong!, "resolve", mistakes.Message, mistakes);
        }
    }

    /// <summary>
    /// Elements may have equal keys (imports of equal files) and be two artifacts all the same. Who is strict does not take what is
    /// made for who is not.
    /// </summary>
    private readonly record struct JobKey(string Project, string Element, string Key, bool IsStrict)
    {
        public static JobKey Of(Element element) => new(element.Project.Name, element.Name, element.Keys.Strict, element.Project.IsStrict);
    }
}
