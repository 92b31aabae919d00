using System.Collections.Concurrent;
using Bistro.Model.Composition;
using Bistro.Model.Configuration;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Model.Projects;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>
/// A project while it is loaded: its configuration, its elements by name, the projects behind its junctions. What outlives
/// the load is in its <see cref="CachedProject"/>.
/// </summary>
internal sealed partial class LoadingProject : IIncludeScope
{
    private readonly ConcurrentDictionary<string, SourceFile> _located = new(StringComparer.Ordinal);
    private ReadLog _log = new();
    private bool _isWhole;

    private LoadingProject(LoadSession session, ProjectFiles files, ProjectPlace place)
    {
        Session = session;
        Files = files;
        Place = place;
        Directory = System.IO.Path.GetDirectoryName(files.Resolve(ProjectFolder.ConfigurationFile))!;
        Cached = session.Recall(this) ?? CachedProject.Read(this, _log);
        Files = Cached.Project.Files;
        _log = Cached.ElementReads;
    }

    public LoadSession Session { get; }

    public ProjectFiles Files { get; }

    public ProjectPlace Place { get; }

    /// <summary>Absolute path of the folder that holds project.conf.</summary>
    public string Directory { get; }

    public CachedProject Cached { get; private set; }

    public ProjectConfiguration Configuration => Cached.Configuration;

    public Project Project => Cached.Project;

    /// <summary>What holds for its ordinary elements.</summary>
    public ProjectPass Whole => Cached.Whole!;

    OptionSet IIncludeScope.Options => Whole.Options;

    VariableSet IIncludeScope.Variables => Whole.Variables;

    /// <summary>Opens a project; its first pass is read.</summary>
    /// <exception cref="LoadException">Its configuration is wrong.</exception>
    public static LoadingProject Open(LoadSession session, ProjectFiles files, ProjectPlace place)
    {
        var project = new LoadingProject(session, files, place);
        session.Register(project);
        return project;
    }

    /// <summary>Reads the second pass, unless that was done. Before it only junctions and links can be loaded.</summary>
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
            // Each further target is told the same.
            _isWhole = false;
            throw;
        }
        _log = Cached.ElementReads;
    }

    /// <summary>Notes in the log what is included meanwhile.</summary>
    public T Logging<T>(ReadLog log, Func<T> read)
    {
        (var before, _log) = (_log, log);
        try
        {
            return read();
        }
        finally
        {
            _log = before;
        }
    }

    public SourceFile Locate(string path, ScalarNode include)
    {
        var file = _located.GetOrAdd(path, static (path, project) => project.FileOf(path, project.Files.ResolveInside(path)), this);
        if (file.Path is null)
            throw new LoadException(
                LoadErrorReason.ProjPathInvalid, include.Provenance, $"Specified path '{path}' must not lead outside of the project directory");
        Record(_log, path);
        return file;
    }

    public IIncludeScope Enter(string junction, ScalarNode include)
    {
        var project = Find(junction, include.Provenance)!;
        project.EnsureWhole();
        _log.Add(junction, project.Cached);
        return project;
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

    /// <summary>What project.conf is read with.</summary>
    public ProjectInput Input() => new()
    {
        Request = Session.Request,
        Yaml = Session.Yaml,
        RecordNames = folder => _log.AddNames(folder, Session.Disk),
        Files = Files,
        Scope = this,
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

/// <summary>Where a project stands among the others.</summary>
/// <param name="Parent">The project that has its junction; null for the top project.</param>
/// <param name="Junction">The junction that it was loaded through; null for the top project.</param>
/// <param name="AskedBy">What was loaded when it was first needed.</param>
internal sealed record ProjectPlace(LoadingProject? Parent, Element? Junction, Provenance? AskedBy)
{
    public string JunctionPath => Junction?.FullName ?? "";

    /// <summary>The number of junctions on the way to it.</summary>
    public int Depth { get; } = Parent is null ? 0 : Parent.Place.Depth + 1;

    public JunctionConfiguration? JunctionConfiguration => (JunctionConfiguration?)Junction?.Configuration;
}
