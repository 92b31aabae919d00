using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Model.Configuration;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>
/// What is kept of a project for the next load: its configuration and, for each element, what was made of its files. Each part records
/// what it was read from, and is valid while that does not change.
/// </summary>
internal sealed class CachedProject
{
    private readonly ProjectConfiguration? _parent;
    private readonly JunctionConfiguration? _junction;
    private CachedProject? _wholeParent;
    private readonly ReadLog _firstReads;
    private ReadLog _wholeReads = new();
    private readonly ConcurrentQueue<MappingNode> _earlyProvenance = new();

    private CachedProject(LoadingProject project, ProjectConfiguration configuration, ReadLog firstReads)
    {
        _parent = project.Place.Parent?.Configuration;
        _junction = project.Place.JunctionConfiguration;
        _firstReads = firstReads;
        Configuration = configuration;
        Project = Describe(project, null);
        FirstUrls = Urls(project, configuration.Pass, parent => parent.FirstUrls);
        JunctionRefs = ReadRefs(project, SourceRefs.JunctionFile, configuration.Pass, firstReads);
    }

    public ProjectConfiguration Configuration { get; }

    /// <summary>Whole once the second pass was read.</summary>
    public Project Project { get; private set; }

    public ProjectPass? Whole { get; private set; }

    public ProjectSettings? Settings { get; private set; }

    /// <summary>For the sources of junctions.</summary>
    public SourceUrls FirstUrls { get; }

    /// <summary>For the sources of ordinary elements.</summary>
    public SourceUrls? WholeUrls { get; private set; }

    public SourceRefs JunctionRefs { get; }

    public SourceRefs ProjectRefs { get; private set; } = SourceRefs.Empty;

    /// <summary>Files that elements include.</summary>
    public ReadLog ElementReads { get; } = new();

    /// <summary>By the element's name.</summary>
    public ConcurrentDictionary<string, CachedElement> Elements { get; } = new(StringComparer.Ordinal);

    /// <summary>The defaults of kinds in this project, by name; those of the first pass have the suffix <c>*</c>.</summary>
    public ConcurrentDictionary<string, KindDefaults> Kinds { get; } = new(StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public ConcurrentDictionary<string, ISourceKind> SourceKinds { get; } = new(StringComparer.Ordinal);

    /// <summary>The files that everything here was read from, elements apart.</summary>
    public IEnumerable<string> Files => _firstReads.Files.Concat(_wholeReads.Files).Concat(ElementReads.Files);

    /// <summary>Reads the first pass.</summary>
    public static CachedProject Read(LoadingProject project, ReadLog reads)
    {
        var file = project.FileOf(ProjectFolder.ConfigurationFile, project.Files.Resolve(ProjectFolder.ConfigurationFile));
        project.Record(reads, ProjectFolder.ConfigurationFile);
        var written = project.Session.Yaml.Read(file);
        return new CachedProject(project, ProjectConfiguration.Read(written, project.Input()), reads);
    }

    /// <summary>Whether the first pass is still valid.</summary>
    public bool IsCurrent(LoadingProject project) =>
        _parent == project.Place.Parent?.Configuration
        && _junction == project.Place.JunctionConfiguration
        && Project.Files.HasLayersOf(project.Files)
        && _firstReads.IsCurrent(project.Session.Disk, _ => null);

    /// <summary>Whether the second pass is not read yet, or still valid.</summary>
    public bool IsWholeCurrent(LoadingProject project) =>
        Whole is null
        || (_wholeParent == project.Place.Parent?.Cached
            && ElementReads.IsCurrent(project.Session.Disk, project.Junctions.FindWhole)
            && _wholeReads.IsCurrent(project.Session.Disk, project.Junctions.FindWhole));

    /// <summary>A copy with the first pass only; the second pass is read again.</summary>
    public CachedProject Renew(LoadingProject project) => new(project, Configuration, _firstReads);

    public void ReadWhole(LoadingProject project)
    {
        if (Whole is not null)
            return;
        _wholeParent = project.Place.Parent?.Cached;
        // An earlier attempt that failed may have recorded files in versions that are gone.
        _wholeReads = new ReadLog();
        var pass = project.Scope.Logging(_wholeReads, () => Configuration.ReadWhole(project.Input()));
        Settings = ProjectSettings.Read(pass.Rest);
        foreach (var provenance in _earlyProvenance)
            Settings.ExpectDeclared(provenance);
        ProjectRefs = ReadRefs(project, SourceRefs.ProjectFile, pass, _wholeReads);
        WholeUrls = Urls(project, pass, parent => parent.WholeUrls!);
        Project = Describe(project, pass);
        Whole = pass;
    }

    /// <summary>Checks the <c>provenance</c> of a source. That of a junction is checked when the project's declarations are known.</summary>
    /// <exception cref="LoadException">It has attributes that the project does not declare.</exception>
    public void ExpectDeclared(MappingNode provenance)
    {
        if (Settings is null)
            _earlyProvenance.Enqueue(provenance);
        // The settings may have become known meanwhile.
        Settings?.ExpectDeclared(provenance);
    }

    private SourceRefs ReadRefs(LoadingProject project, string name, ProjectPass pass, ReadLog reads)
    {
        if (!Configuration.UsesRefFiles)
            return SourceRefs.Empty;
        var path = project.Files.Resolve(name);
        project.Record(reads, name);
        return SourceRefs.Read(
            project.Session.Disk.IsFile(path) ? project.Session.Yaml.Read(project.FileOf(name, path)) : null, pass.Options);
    }

    private SourceUrls Urls(LoadingProject project, ProjectPass pass, Func<CachedProject, SourceUrls> ofParent) => new()
    {
        Aliases = pass.Aliases,
        Mirrors = pass.Mirrors,
        DefaultMirror = pass.DefaultMirror,
        IsUnaliasedFatal = Configuration.FatalWarnings.Contains(SourceUrls.Unaliased),
        Above = project.Place is { Parent: { } parent, JunctionConfiguration: { } junction }
            ? (ofParent(parent.Cached), junction, parent.Configuration.ForbidsSubprojectUrls)
            : null,
    };

    private Project Describe(LoadingProject project, ProjectPass? whole)
    {
        var shell = whole?.Rest.Mapping("shell") ?? MappingNode.Empty;
        shell.ExpectKeys("command", "environment", "host-files");
        return new Project
        {
            Name = Configuration.Name,
            Directory = project.Directory,
            JunctionPath = project.Place.JunctionPath,
            Files = project.Files,
            ElementPath = Configuration.ElementPath,
            FatalWarnings = FatalWarnings(whole),
            IsStrict = project.Place.Parent?.Project.IsStrict ?? project.Session.Request.IsStrictFor(Configuration.Name),
            Options = (whole ?? Configuration.Pass).Options.Values,
            ArtifactCaches = whole?.Rest.OptionalSequence("artifacts")?.Mappings() ?? [],
            SourceCaches = whole?.Rest.OptionalSequence("source-caches")?.Mappings() ?? [],
            ShellCommand = shell.OptionalTexts("command") ?? [],
            ShellEnvironment = (shell.OptionalMapping("environment") ?? MappingNode.Empty).TextMembers(),
            UsesRefFiles = Configuration.UsesRefFiles,
        };
    }

    // `fail-on-overlap` is an older form of the same setting.
    private ImmutableArray<string> FatalWarnings(ProjectPass? whole)
    {
        const string Overlaps = "overlaps";
        var warnings = Configuration.FatalWarnings;
        return whole?.Rest.Bool("fail-on-overlap", false) == true && !warnings.Contains(Overlaps) ? warnings.Add(Overlaps) : warnings;
    }
}
