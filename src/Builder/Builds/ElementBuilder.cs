using Bistro.Builder.Artifacts;
using Bistro.Builder.Content;
using Bistro.Builder.Coordination;
using Bistro.Builder.Errors;
using Bistro.Builder.Sandbox;
using Bistro.Builder.Scheduling;
using Bistro.Builder.Sources;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Builder.Builds;

/// <summary>Builds one element: its sources, what its kind makes of them, the artifact and the log that are kept.</summary>
public sealed class ElementBuilder(
    TreeStore trees,
    ISandbox sandbox,
    SourceFetcher sources,
    IntegratedTrees integrated,
    ElementArtifacts artifacts,
    KeyLocks locks,
    BuildTable history,
    BuildLogs logs,
    ContentLeases leases,
    int errorLines,
    TimeProvider time) : IElementWork
{
    public Artifact? Find(Element element) => artifacts.Find(element);

    public async ValueTask<IDisposable> LockAsync(Element element, CancellationToken cancellationToken) =>
        await locks.AcquireAsync(ArtifactName.Create(element.Project.Name, element.Name, element.Keys.Strict).ToString(), cancellationToken);

    public async Task<Digest> FetchAsync(Element element, CancellationToken cancellationToken)
    {
        await using var log = logs.Begin(element, "fetch");
        try
        {
            return await sources.StageAsync(element, log, cancellationToken);
        }
        catch (SourceException failure)
        {
            throw failure.With(log.Location, log.LastLines(errorLines));
        }
    }

    public async Task<Artifact> AssembleAsync(Element element, Digest staged, CancellationToken cancellationToken)
    {
        var (started, stamp) = (time.GetUtcNow(), time.GetTimestamp());
        await using var log = logs.Begin(element, "build");
        using var build = Prepare(element, staged, log);
        build.Say($"Building {element.FullName} ({build.Key})");
        try
        {
            var output = await IBuildable.Of(element).AssembleAsync(build, cancellationToken);
            var artifact = await artifacts.KeepAsync(build, output, log, time.GetElapsedTime(stamp), cancellationToken);
            await RecordAsync(error: null, artifact.Logs[0].Content.Hash);
            return artifact;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var failure = Explain(element, exception, log);
            await RecordFailureAsync(failure);
            throw failure;
        }

        async Task RecordFailureAsync(BuildException failure)
        {
            try
            {
                build.Say(failure.Message);
                var logged = await artifacts.KeepFailureAsync(build, failure, log, time.GetElapsedTime(stamp), cancellationToken);
                await RecordAsync(failure.Message, logged.Hash);
            }
            catch (IOException)
            {
                // The disk may be full, maybe by this very build: its failure is what there is to tell.
            }
        }

        Task RecordAsync(string? error, Digest logged) => history.AddAsync(new BuildRecord(
            element.Project.Name, element.Name, build.Key, started, time.GetElapsedTime(stamp), error, logged));
    }

    /// <summary>
    /// What a kind, or a shell, works with: the element's build closure is in the store, and what of its whole closure is
    /// there stays until the build is disposed.
    /// </summary>
    /// <exception cref="BuildException">A collection took something at this very moment.</exception>
    public ElementBuild Prepare(Element element, Digest staged, Stream log)
    {
        var known = new Dictionary<Element, Artifact>();
        foreach (var needed in Closure.All(element))
            if (artifacts.Find(needed) is { } artifact)
                known.Add(needed, artifact);
        var lease = leases.Hold([ContentReference.Tree(staged), .. known.Values.SelectMany(Inputs)]);
        if (known.Keys.FirstOrDefault(needed => artifacts.Find(needed) is null) is { } evicted)
        {
            lease.Dispose();
            throw new BuildException(element.FullName, "stage", $"{element.FullName}: {evicted.FullName} was evicted from the store just now; ask again.")
            {
                IsEviction = true,
            };
        }
        return new ElementBuild
        {
            Element = element,
            Trees = trees,
            Sandbox = sandbox,
            Integrated = integrated,
            Sources = staged,
            Lease = lease,
            Staged = new StagedArtifacts(trees.Content, known),
            Log = log,
        };
    }

    private static IEnumerable<ContentReference> Inputs(Artifact artifact) =>
        [ContentReference.Tree(artifact.Files!.Value.Hash), ContentReference.Object(artifact.PublicData.Hash)];

    private BuildException Explain(Element element, Exception exception, LogStream log)
    {
        var known = exception as BuildException;
        return new BuildException(element.FullName, known?.Phase ?? "assemble", known?.Message ?? BuildException.Describe(element.FullName, exception), exception)
        {
            Project = element.Project.Name,
            Command = known?.Command,
            ExitCode = known?.ExitCode,
            LogPath = log.Location,
            LastLines = log.LastLines(errorLines),
        };
    }
}
