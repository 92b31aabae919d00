using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Model.Composition;
using Bistro.Model.Disk;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>One attempt to load: the projects that it opens, the mistakes that it finds.</summary>
internal sealed class LoadSession
{
    private readonly List<LoadingProject> _projects = [];
    private readonly IReadOnlyDictionary<string, CachedProject> _known;
    private readonly FetchedJunctions? _fetched;
    private readonly DiskViews _views;

    /// <param name="request">What is loaded, and how.</param>
    /// <param name="kinds">Every native kind.</param>
    /// <param name="files">Caches what is read from files.</param>
    /// <param name="views">The disk as this load sees it, and the next one.</param>
    /// <param name="known">What earlier loads left, by junction path.</param>
    /// <param name="fetched">The junctions that were fetched; null where none can be.</param>
    /// <param name="cancellationToken">Ends the load between two elements.</param>
    public LoadSession(
        LoadRequest request,
        KindCatalog kinds,
        FileCache files,
        DiskViews views,
        IReadOnlyDictionary<string, CachedProject> known,
        FetchedJunctions? fetched,
        CancellationToken cancellationToken)
    {
        Request = request;
        CancellationToken = cancellationToken;
        Kinds = kinds;
        Files = files;
        _known = known;
        _fetched = fetched;
        _views = views;
        Disk = views.Current;
        Yaml = new YamlFiles(Disk, files.Yaml);
        Includes = new Includes(Yaml);
    }

    public LoadRequest Request { get; }

    public CancellationToken CancellationToken { get; }

    public KindCatalog Kinds { get; }

    public FileCache Files { get; }

    public DiskView Disk { get; }

    public YamlFiles Yaml { get; }

    public Includes Includes { get; }

    public LoadErrors Errors { get; } = new();

    /// <summary>Links that are being followed.</summary>
    public HashSet<ElementNode> Links { get; } = [];

    public ConcurrentDictionary<IElementKind, MappingNode> BuiltInDefaults { get; } = [];

    /// <summary>Above 0 while a project is searched only for plugins, which may be native.</summary>
    public int IsPluginOptional { get; set; }

    /// <summary>The first project that was opened.</summary>
    public LoadingProject? Top => _projects.Count == 0 ? null : _projects[0];

    public IReadOnlyList<LoadingProject> Projects => _projects;

    public void Register(LoadingProject project) => _projects.Add(project);

    /// <summary>What an earlier load kept of the project, if it is still valid.</summary>
    public CachedProject? Recall(LoadingProject project) =>
        _known.GetValueOrDefault(project.Place.JunctionPath) is { } known && known.IsCurrent(project) ? known : null;

    /// <summary>The files behind a junction.</summary>
    /// <exception cref="LoadException">A source has no ref.</exception>
    /// <exception cref="JunctionNeededException">The files must be fetched first.</exception>
    public ProjectFiles JunctionFiles(LoadingProject project, Element junction, Provenance? askedBy)
    {
        var files = new ProjectFiles(Layers(project, junction, askedBy), Files, _views);
        var path = ((JunctionConfiguration)junction.Configuration).Path;
        return path.Length == 0 ? files : new ProjectFiles([.. files.LayersOf(path, "")], Files, _views);
    }

    private ImmutableArray<FileLayer> Layers(LoadingProject project, Element junction, Provenance? askedBy)
    {
        if (Request.Junctions.TryGetValue(junction.FullName, out var folder))
            return [new FileLayer("", folder)];
        if (!junction.Sources.All(source => source.Configuration.IsResolved))
            throw new LoadException(
                LoadErrorReason.SubprojectInconsistent,
                askedBy,
                $"The junction '{junction.FullName}' has no ref; 'bistro source track {junction.FullName}' finds one");
        if (!junction.Sources.IsEmpty && junction.Sources.All(source => source.Kind.Name == "local"))
            return
            [
                // Of one source the folder itself is taken, wherever it would be staged.
                .. junction.Sources.SelectMany(source => project.Files.LayersOf(
                    source.Draft.Members.Text("path"), junction.Sources.Length == 1 ? "" : source.Directory ?? "")),
            ];
        return Fetched(junction) is { } fetched
            ? [new FileLayer("", fetched)]
            : throw new LoadException(
                LoadErrorReason.SubprojectFetchNeeded, askedBy, $"The sources of the junction '{junction.FullName}' cannot be fetched");
    }

    private string? Fetched(Element junction)
    {
        if (_fetched is null)
            return null;
        return _fetched.TryFind(junction, IsPluginOptional > 0, out var folder)
            ? folder
            : throw new JunctionNeededException(junction, IsPluginOptional > 0);
    }
}

/// <summary>A junction must be fetched first. The load starts again after that.</summary>
internal sealed class JunctionNeededException(Element junction, bool isOptional) : Exception
{
    public Element Junction { get; } = junction;

    /// <summary>Whether the load can continue without it.</summary>
    public bool IsOptional { get; } = isOptional;
}
