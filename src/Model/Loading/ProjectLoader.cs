using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;

namespace Bistro.Model.Loading;

/// <summary>
/// Loads elements of one project under one set of settings, as often as asked: what did not change since the last time is not
/// done again. Many threads may load at once.
/// </summary>
public sealed class ProjectLoader
{
    private readonly LoadRequest _request;
    private readonly KindCatalog _kinds;
    private readonly IJunctionFetcher? _fetcher;
    private readonly FileCache _files;
    private readonly ConcurrentDictionary<string, CachedProject> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string?> _fetched = new(StringComparer.Ordinal);

    /// <param name="request">What is loaded, and how.</param>
    /// <param name="kinds">Every native kind.</param>
    /// <param name="fetcher">Gets junctions that are not local; without one they cannot be had.</param>
    /// <param name="files">What is known of files, to be shared with other loaders.</param>
    public ProjectLoader(LoadRequest request, KindCatalog kinds, IJunctionFetcher? fetcher = null, FileCache? files = null)
    {
        _request = request;
        _kinds = kinds with
        {
            Elements = [.. kinds.Elements, JunctionKind.Instance, LinkKind.Instance],
        };
        _fetcher = fetcher;
        _files = files ?? new FileCache();
    }

    /// <summary>Loads targets and all that they depend on.</summary>
    /// <param name="targets">Element paths (<c>a.bst</c>, <c>sub.bst:b.bst</c>); none are the project's default targets.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    /// <exception cref="LoadException">The project is wrong.</exception>
    public Task<LoadedProject> LoadAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        LoadAsync(targets, [], cancellationToken);

    /// <summary>As the other, and loads further elements, which <see cref="ElementSelection"/> is to leave out.</summary>
    /// <exception cref="LoadException">The project is wrong.</exception>
    public async Task<LoadedProject> LoadAsync(
        IReadOnlyList<string> targets, IReadOnlyList<string> excepted, CancellationToken cancellationToken)
    {
        _files.StartGeneration();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            JunctionNeededException needed;
            try
            {
                return Load(targets, excepted, cancellationToken);
            }
            catch (JunctionNeededException exception)
            {
                needed = exception;
            }
            _fetched[needed.Junction.Keys.Weak] =
                await _fetcher!.FetchAsync(needed.Junction, needed.IsOptional, cancellationToken);
        }
    }

    /// <summary>The absolute path of the folder that the top project's elements stand in. Reads project.conf alone.</summary>
    /// <exception cref="LoadException">project.conf is wrong.</exception>
    public string ElementsFolder()
    {
        var session = new LoadSession(_request, _kinds, _files, _known, _fetcher is null ? null : _fetched, CancellationToken.None);
        var top = LoadingProject.Open(session, ProjectFolder.Open(_request, _files), new ProjectPlace(null, null, null));
        return Path.Combine(top.Directory, top.Configuration.ElementPath);
    }

    private LoadedProject Load(IReadOnlyList<string> targets, IReadOnlyList<string> excepted, CancellationToken cancellationToken)
    {
        var session = new LoadSession(_request, _kinds, _files, _known, _fetcher is null ? null : _fetched, cancellationToken);
        try
        {
            return Load(session, targets, excepted);
        }
        finally
        {
            foreach (var project in session.Projects)
                _known[project.Place.JunctionPath] = project.Cached;
        }
    }

    private LoadedProject Load(LoadSession session, IReadOnlyList<string> targets, IReadOnlyList<string> excepted)
    {
        var top = LoadingProject.Open(session, ProjectFolder.Open(_request, _files), new ProjectPlace(null, null, null));
        if (targets.Count == 0)
            targets = DefaultTargets(top);
        var graph = ElementGraph.Load(top, targets.Concat(excepted));
        ElementResolution.Resolve(graph.Order, session.Errors, session.CancellationToken);
        // Those as well of which only junctions and links are asked for; reading one may open others.
        for (var i = 0; i < session.Projects.Count; i++)
            session.Projects[i].EnsureWhole();
        ProjectConflicts.Expect(session.Projects);
        return Describe(session, graph, targets.Count);
    }

    private static ImmutableArray<string> DefaultTargets(LoadingProject top) => top.Configuration.DefaultTargets.IsEmpty
        // BuildStream cuts leading dots off, so that a hidden file is asked for under a name that it does not have.
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
}
