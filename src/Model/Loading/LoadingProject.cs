using Bistro.Model.Configuration;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;

namespace Bistro.Model.Loading;

/// <summary>
/// A project while it is loaded: its place among the others, its configuration, and the parts that each do one task of the load. What is kept for
/// the next load is in its <see cref="CachedProject"/>.
/// </summary>
internal sealed class LoadingProject
{
    private bool _isWhole;

    private LoadingProject(LoadSession session, ProjectFiles files, ProjectPlace place)
    {
        Session = session;
        Files = files;
        Place = place;
        Directory = System.IO.Path.GetDirectoryName(files.Resolve(ProjectFolder.ConfigurationFile))!;
        (Scope, Links) = (new ProjectScope(this), new ProjectLinks(place));
        (Junctions, Elements, Kinds) = (new ProjectJunctions(this), new ProjectElements(this), new ProjectKinds(this));
        Cached = session.Recall(this) ?? CachedProject.Read(this, Scope.Log);
        Files = Cached.Project.Files;
        Scope.Log = Cached.ElementReads;
    }

    public LoadSession Session { get; }

    public ProjectFiles Files { get; }

    public ProjectPlace Place { get; }

    /// <summary>Absolute path of the folder that holds project.conf.</summary>
    public string Directory { get; }

    public CachedProject Cached { get; private set; }

    public ProjectConfiguration Configuration => Cached.Configuration;

    public Project Project => Cached.Project;

    /// <summary>The settings for its ordinary elements.</summary>
    public ProjectPass Whole => Cached.Whole!;

    public ProjectScope Scope { get; }

    public ProjectLinks Links { get; }

    public ProjectJunctions Junctions { get; }

    public ProjectElements Elements { get; }

    public ProjectKinds Kinds { get; }

    /// <summary>Opens a project; its first pass is read.</summary>
    /// <exception cref="LoadException">Its configuration is wrong.</exception>
    public static LoadingProject Open(LoadSession session, ProjectFiles files, ProjectPlace place)
    {
        var project = new LoadingProject(session, files, place);
        session.Register(project);
        return project;
    }

    /// <summary>Reads the second pass, unless that is done. Before it, only junctions and links can be loaded.</summary>
    /// <exception cref="LoadException">The configuration, or something that it includes, is wrong.</exception>
    public void EnsureWhole()
    {
        if (_isWhole)
            return;
        Place.Parent?.EnsureWhole();
        if (_isWhole)
            return;
        // Marked first: what project.conf includes may lead back to this project.
        _isWhole = true;
        try
        {
            if (!Cached.IsWholeCurrent(this))
                Cached = Cached.Renew(this);
            Cached.ReadWhole(this);
        }
        catch
        {
            // Each further target reports the same mistake.
            _isWhole = false;
            throw;
        }
        Scope.Log = Cached.ElementReads;
    }

    /// <summary>The file under the name by which messages call it.</summary>
    public SourceFile FileOf(string path, string? absolute) =>
        new(Place.JunctionPath.Length == 0 ? path : $"{Place.JunctionPath}:{path}", absolute);

    /// <summary>The full name of one of its elements, as the top project sees it.</summary>
    public string FullName(string element) =>
        Place.JunctionPath.Length == 0 ? element : $"{Place.JunctionPath}:{element}";

    /// <summary>Records every path on disk that decides what a project path holds.</summary>
    public void Record(ReadLog log, string path)
    {
        foreach (var candidate in Files.Candidates(path))
            log.Add(candidate, Session.Disk);
    }

    /// <summary>The input for reading project.conf.</summary>
    public ProjectInput Input() => new()
    {
        Request = Session.Request,
        Yaml = Session.Yaml,
        RecordNames = folder => Scope.Log.AddNames(folder, Session.Disk),
        Files = Files,
        Scope = Scope,
        Directory = Directory,
        TopDirectory = Session.Top?.Directory ?? Directory,
        JunctionOptions = Place.JunctionConfiguration?.Options,
        ForbidsSubprojectUrls = Place.Parent?.Configuration.ForbidsSubprojectUrls == true,
        MirrorKinds = Session.Kinds.Mirrors,
    };

    public override string ToString() => Place.Junction is { } junction
        ? $"{Configuration.Name} ({junction.FullName}){(Place.AskedBy is { } place ? $": {place}" : "")}"
        : $"{Configuration.Name} (the top project)";
}

/// <summary>The place of a project among the others.</summary>
/// <param name="Parent">The project that has its junction; null for the top project.</param>
/// <param name="Junction">The junction that it was loaded through; null for the top project.</param>
/// <param name="AskedBy">The place that needed it first.</param>
internal sealed record ProjectPlace(LoadingProject? Parent, Element? Junction, Provenance? AskedBy)
{
    public string JunctionPath => Junction?.FullName ?? "";

    /// <summary>The number of junctions on the way to it.</summary>
    public int Depth { get; } = Parent is null ? 0 : Parent.Place.Depth + 1;

    public JunctionConfiguration? JunctionConfiguration => (JunctionConfiguration?)Junction?.Configuration;
}
