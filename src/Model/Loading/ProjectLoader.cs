using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Bistro.Model.Disk;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;

namespace Bistro.Model.Loading;

/// <summary>
/// Loads elements of one project under one set of settings, as often as asked. Work is repeated only for what changed since the last
/// load. Any number of callers may load at once, while files change: loads of one loader take turns, each sees every file in one
/// version, and returns what the project was at one moment of the load.
/// </summary>
public sealed class ProjectLoader
{
    // Most loads during a change succeed at the second attempt. A checkout of another branch takes longer: the pauses between attempts
    // grow up to a second in all.
    private const int MostAttempts = 14;
    private const int AttemptsWithoutPause = 4;

    private readonly LoadRequest _request;
    private readonly KindCatalog _kinds;
    private readonly FileCache _files;
    private readonly TimeProvider _time;
    private readonly FetchedJunctions? _fetched;

    private readonly TurnQueue _turns = new();

    // Owned by the load whose turn it is.
    private readonly Dictionary<string, CachedProject> _known = new(StringComparer.Ordinal);
    private readonly DiskViews _views = new();

    /// <param name="request">What is loaded, and how.</param>
    /// <param name="kinds">Every native kind.</param>
    /// <param name="fetcher">Fetches junctions that are not local; without it they cannot be loaded.</param>
    /// <param name="files">Caches what is read from files; loaders may share one.</param>
    /// <param name="time">Measures the pauses between attempts.</param>
    public ProjectLoader(
        LoadRequest request, KindCatalog kinds, IJunctionFetcher? fetcher = null, FileCache? files = null, TimeProvider? time = null)
    {
        _request = request;
        _kinds = kinds with
        {
            Elements = [.. kinds.Elements, JunctionKind.Instance, LinkKind.Instance],
        };
        _fetched = fetcher is null ? null : new FetchedJunctions(fetcher);
        _files = files ?? new FileCache();
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Loads targets and all that they depend on.</summary>
    /// <param name="targets">Element paths (<c>a.bst</c>, <c>sub.bst:b.bst</c>); none are the project's default targets.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    /// <exception cref="LoadException">The project is wrong, or its files keep changing.</exception>
    public Task<LoadedProject> LoadAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        LoadAsync(targets, [], cancellationToken);

    /// <summary>Also loads further elements, which <see cref="ElementSelection"/> is to leave out.</summary>
    /// <exception cref="LoadException">The project is wrong, or its files keep changing.</exception>
    public async Task<LoadedProject> LoadAsync(
        IReadOnlyList<string> targets, IReadOnlyList<string> excepted, CancellationToken cancellationToken)
    {
        var view = new DiskView();
        var attempts = 0;
        var isStale = _fetched is not null && await _fetched.FindAbsentAsync(cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var attempt = await _turns.RunAsync(() => LoadOnce(view, isStale, targets, excepted, cancellationToken), cancellationToken);
            isStale = false;
            if (attempt.Changed is { } changed)
            {
                if (++attempts == MostAttempts)
                    throw KeepsChanging(changed);
                view = attempt.Next!;
                if (attempts >= AttemptsWithoutPause)
                    await Task.Delay(TimeSpan.FromMilliseconds(1 << (attempts - AttemptsWithoutPause)), _time, cancellationToken);
                continue;
            }
            if (attempt.Needed is not { } needed)
                return attempt.Loaded!;
            if (!await _fetched!.FetchAsync(needed.Junction, needed.IsOptional, cancellationToken))
                throw new LoadException(
                    LoadErrorReason.SubprojectFetchNeeded,
                    needed.Junction.Provenance,
                    $"The sources of the junction '{needed.Junction.FullName}' cannot be fetched");
            view = new DiskView();
        }
    }

    /// <summary>The absolute path of the folder that holds the top project's elements. Reads project.conf alone.</summary>
    /// <exception cref="LoadException">project.conf is wrong.</exception>
    public string ElementsFolder()
    {
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                var disk = new DiskViews();
                var top = Open(Session(disk, ImmutableDictionary<string, CachedProject>.Empty, CancellationToken.None), disk);
                return Path.Combine(top.Directory, top.Configuration.ElementPath);
            }
            catch (FileChangedException change)
            {
                if (attempts == MostAttempts)
                    throw KeepsChanging(change.Path);
            }
        }
    }

    /// <summary>Loads, and then finds out whether all files were in the versions seen at one moment: only then the result counts.</summary>
    private Attempt LoadOnce(
        DiskView view, bool isStale, IReadOnlyList<string> targets, IReadOnlyList<string> excepted, CancellationToken cancellationToken)
    {
        if (isStale)
            _known.Clear();
        _views.Start(view);
        var session = Session(_views, _known, cancellationToken);
        LoadedProject? loaded = null;
        JunctionNeededException? needed = null;
        ExceptionDispatchInfo? mistake = null;
        string? changed = null;
        try
        {
            loaded = Load(session, targets, excepted);
        }
        catch (JunctionNeededException exception)
        {
            needed = exception;
        }
        catch (LoadException exception)
        {
            mistake = ExceptionDispatchInfo.Capture(exception);
        }
        catch (Exception exception) when (FileChange(exception) is not null)
        {
            changed = FileChange(exception)!.Path;
        }
        foreach (var project in session.Projects)
            _known[project.Place.JunctionPath] = project.Cached;
        changed = view.FindChange(out var next) ?? changed;
        if (changed is not null)
            return new Attempt(Changed: changed, Next: next);
        view.Clear();
        mistake?.Throw();
        return new Attempt(loaded, needed);
    }

    private LoadedProject Load(LoadSession session, IReadOnlyList<string> targets, IReadOnlyList<string> excepted)
    {
        var top = Open(session, _views);
        if (targets.Count == 0)
            targets = DefaultTargets(top);
        var graph = ElementGraph.Load(top, targets.Concat(excepted));
        ElementResolution.Resolve(graph.Order, session.Errors, session.CancellationToken);
        // Also projects of which only junctions and links are used. Reading one may open others.
        for (var i = 0; i < session.Projects.Count; i++)
            session.Projects[i].EnsureWhole();
        ProjectConflicts.Expect(session.Projects);
        return Describe(session, graph, targets.Count);
    }

    private LoadSession Session(DiskViews views, IReadOnlyDictionary<string, CachedProject> known, CancellationToken cancellationToken) =>
        new(_request, _kinds, _files, views, known, _fetched, cancellationToken);

    private LoadingProject Open(LoadSession session, DiskViews views) =>
        LoadingProject.Open(session, ProjectFolder.Open(_request, _files, views), new ProjectPlace(null, null, null));

    // Parallel work reports what it throws in an exception around it.
    private static FileChangedException? FileChange(Exception exception) => exception switch
    {
        FileChangedException change => change,
        AggregateException all => all.Flatten().InnerExceptions.OfType<FileChangedException>().FirstOrDefault(),
        _ => null,
    };

    private LoadException KeepsChanging(string path)
    {
        var name = Path.GetRelativePath(_request.Directory, path);
        return new LoadException(
            LoadErrorReason.FilesKeepChanging,
            new Provenance(new SourceFile(name.StartsWith("..", StringComparison.Ordinal) ? path : name, path), 1, 1),
            $"The files of the project keep changing: this one and others changed during each of {MostAttempts} attempts to load them. Try again when the change is complete");
    }

    private static ImmutableArray<string> DefaultTargets(LoadingProject top) => top.Configuration.DefaultTargets.IsEmpty
        // BuildStream strips leading dots, so it looks for a hidden file under a name that does not exist.
        ? [.. top.Files.WalkElements(top.Configuration.ElementPath).Select(name => name.TrimStart('.', '/'))]
        : top.Configuration.DefaultTargets;

    private static LoadedProject Describe(LoadSession session, ElementGraph graph, int targets)
    {
        var top = session.Top!;
        return new LoadedProject
        {
            Project = top.Project,
            Targets = [.. graph.Targets.Take(targets).Select(target => target.Cached.Element!)],
            Excepted = [.. graph.Targets.Skip(targets).Select(target => target.Cached.Element!)],
            Warnings = [.. graph.Order.SelectMany(node => node.Cached.Parts!.Warnings)],
            Files = session.Projects.SelectMany(project => project.Cached.Files)
                .Concat(graph.Order.SelectMany(FilesOf))
                .ToHashSet(StringComparer.Ordinal),
            Projects = [.. session.Projects.Select(project => project.Project)],
        };
    }

    private static IEnumerable<string> FilesOf(ElementNode node) =>
        node.Cached.Parts!.Sources
            .Select(source => source.Configuration.LocalPath)
            .OfType<string>()
            .Prepend(node.Declaration.Content.Provenance.File.Path!);

    /// <summary>The outcome of an attempt.</summary>
    /// <param name="Loaded">The result, if nothing else is set.</param>
    /// <param name="Needed">A junction to fetch first.</param>
    /// <param name="Changed">A file that changed meanwhile, so that the attempt does not count.</param>
    /// <param name="Next">The view for the next attempt.</param>
    private sealed record Attempt(
        LoadedProject? Loaded = null, JunctionNeededException? Needed = null, string? Changed = null, DiskView? Next = null);
}
