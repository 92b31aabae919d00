using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>The projects behind a project's junctions: found through links, and replaced by what projects above override.</summary>
internal sealed partial class LoadingProject
{
    // Beyond these a project holds itself.
    private const int DeepestJunction = 20;
    private const int MostProjects = 500;

    private readonly Dictionary<string, LoadingProject> _projects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Provenance> _searches = new(StringComparer.Ordinal);

    /// <summary>Links by the path at which they stand, with the path to which they lead; also those of projects below.</summary>
    private readonly Dictionary<string, Link> _links = new(StringComparer.Ordinal);

    /// <summary>Projects whose junctions to this one were overridden: it is reached from there all the same.</summary>
    private readonly List<LoadingProject> _otherParents = [];

    /// <summary>Every project from which this one is reached, the nearest first.</summary>
    public IEnumerable<LoadingProject> Ancestors()
    {
        var seen = new HashSet<LoadingProject>();
        foreach (var parent in _otherParents.Prepend(Place.Parent))
            for (var ancestor = parent; ancestor is not null && seen.Add(ancestor); ancestor = ancestor.Place.Parent)
                yield return ancestor;
    }

    /// <summary>The project that a junction leads to.</summary>
    /// <param name="path"><c>a.bst</c> or <c>a.bst:b.bst</c>.</param>
    /// <param name="askedBy">Who is to blame.</param>
    /// <param name="opens">Whether projects are loaded for it; where not, null is one that is not loaded.</param>
    /// <exception cref="LoadException">It leads nowhere.</exception>
    public LoadingProject? Find(string path, Provenance? askedBy, bool opens = true)
    {
        if (opens && askedBy is { } place && !_searches.TryAdd(path, place))
            throw new LoadException(
                LoadErrorReason.CircularReferenceVariable,
                place,
                $"Circular reference while searching for '{path}': it is already searched for at {_searches[path]}");
        LoadingProject? project = this;
        try
        {
            foreach (var junction in path.Split(':'))
                project = project?.FindDirect(NormalName(junction), askedBy, opens);
            return project;
        }
        finally
        {
            if (opens && askedBy is not null)
                _searches.Remove(path);
        }
    }

    /// <summary>The memory of the project, whole, that a junction leads to; null where it cannot be loaded.</summary>
    public CachedProject? FindWhole(string junction)
    {
        try
        {
            var project = Find(junction, null)!;
            project.EnsureWhole();
            return project.Cached;
        }
        catch (LoadException)
        {
            return null;
        }
    }

    private LoadingProject? FindDirect(string name, Provenance? askedBy, bool opens)
    {
        if (_projects.TryGetValue(name, out var known))
            return known;
        if (FindOverriding(name) is { } overriding)
            return _projects[name] = overriding;

        LoadElement(name, askedBy, opens);
        var junction = _nodes[name];
        if (junction.LinkTarget is { } target)
        {
            var (project, element) = Split(target.Value, target.Provenance, opens);
            return project?.Find(element, target.Provenance, opens);
        }
        if (!opens)
            return null;
        if (junction.Declaration.Kind != JunctionKind.KindName)
            throw new LoadException(
                LoadErrorReason.InvalidData, askedBy, $"Expected '{name}' to be a junction, but its kind is '{junction.Declaration.Kind}'");
        if (junction.Declaration.Dependencies is [var dependency, ..])
            throw new LoadException(
                LoadErrorReason.InvalidJunction, dependency.Provenance, "Dependencies are forbidden for 'junction' elements");

        var opened = _projects[name] = Open(junction, askedBy);
        for (var project = opened; project.Place.Parent is not null; project = project.Place.Parent)
            project.LoadOverridingLinks();
        return opened;
    }

    private LoadingProject Open(ElementNode node, Provenance? askedBy)
    {
        if (Place.Depth >= DeepestJunction || Session.Projects.Count >= MostProjects)
            throw new LoadException(
                LoadErrorReason.InvalidJunction,
                askedBy,
                $"The junction '{node.FullName}' is not opened: a project may hold {MostProjects} others, {DeepestJunction} deep");
        var junction = ElementResolution.ResolveJunction(node);
        var files = Session.JunctionFiles(this, junction, askedBy);
        if (!files.HasFile(ProjectFolder.ConfigurationFile))
            throw new LoadException(
                LoadErrorReason.InvalidJunction,
                askedBy,
                $"Could not find project.conf in the project of the junction '{junction.FullName}', at '{files.Resolve("")}'");
        return Open(Session, files, new ProjectPlace(this, junction, askedBy));
    }

    private LoadingProject? FindOverriding(string junction)
    {
        var overrides = Overrides(junction);
        if (overrides.IsEmpty)
            return null;
        var (by, target) = overrides[^1];
        var project = by.Find(target.Value, target.Provenance)!;
        if (project != this)
            project._otherParents.Add(this);
        project._otherParents.AddRange(overrides[..^1].Select(other => other.By));
        return project;
    }

    /// <summary>The projects above that override an element of this one, the topmost last.</summary>
    private ImmutableArray<(LoadingProject By, ScalarNode Target)> Overrides(string element)
    {
        var found = ImmutableArray.CreateBuilder<(LoadingProject, ScalarNode)>();
        for (var project = this; project.Place is { Parent: { } parent, Junction: { } junction }; project = parent)
        {
            if (project.OverrideOf(element) is { } target)
                found.Add((parent, target));
            element = $"{junction.Name}:{element}";
        }
        return found.DrainToImmutable();
    }

    // Written as it is, or by way of a link.
    private ScalarNode? OverrideOf(string path)
    {
        var overrides = Place.JunctionConfiguration!.Overrides;
        foreach (var (overridden, target) in overrides)
            if (overridden == path)
                return target;
        foreach (var (overridden, target) in overrides)
            if (FollowLinks(overridden) == path)
                return target;
        return null;
    }

    /// <summary>The path with the link that it begins with replaced; of several the one that was found first.</summary>
    private string FollowLinks(string path)
    {
        const string Suffix = ".bst";
        var links = _links.GetAlternateLookup<ReadOnlySpan<char>>();
        Link? first = null;
        var length = 0;
        for (var end = 0; path.IndexOf(Suffix, end, StringComparison.Ordinal) is >= 0 and var at;)
        {
            end = at + Suffix.Length;
            if (links.TryGetValue(path.AsSpan(0, end), out var link) && !(first?.Number < link.Number))
                (first, length) = (link, end);
        }
        return first is null ? path : string.Concat(first.Target, path.AsSpan(length));
    }

    /// <summary>Notes a link, in this project and in those above it.</summary>
    private void AddLink(string path, string target)
    {
        var project = this;
        while (true)
        {
            var links = project._links;
            if (!links.TryAdd(path, new Link(links.Count, target)))
                links[path].Target = target;
            foreach (var known in links.Values)
                if (project.FollowLinks(known.Target) == path)
                    known.Target = target;
            if (project.Place is not { Parent: { } parent, Junction: { } junction })
                return;
            (path, target, project) = ($"{junction.Name}:{path}", $"{junction.Name}:{target}", parent);
        }
    }

    /// <summary>Loads what this project's junction overrides as far as it is links: they are to be known before overrides are looked up.</summary>
    private void LoadOverridingLinks()
    {
        foreach (var (overridden, place) in Place.JunctionConfiguration!.Overrides)
        {
            var path = overridden;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            while (path is not null && seen.Add(path))
                path = LoadLink(path, place.Provenance);
        }
    }

    /// <summary>The path to which a path leads where it is a link, else null.</summary>
    private string? LoadLink(string path, Provenance askedBy)
    {
        var colon = path.LastIndexOf(':');
        var junction = colon < 0 ? null : path[..colon];
        var project = junction is null ? this : Find(junction, askedBy, opens: false);
        var node = project?.Declare(NormalName(path[(colon + 1)..]), askedBy, onlyFirstPass: true);
        return node?.LinkTarget is not { } target ? null : junction is null ? target.Value : $"{junction}:{target.Value}";
    }

    /// <summary>The project and the name in it of an element path.</summary>
    private (LoadingProject? Project, string Name) Split(string path, Provenance? askedBy, bool opens = true)
    {
        var colon = path.LastIndexOf(':');
        return colon < 0
            ? (this, NormalName(path))
            : (Find(path[..colon], askedBy, opens), NormalName(path[(colon + 1)..]));
    }

    /// <param name="number">How many were found before it.</param>
    /// <param name="target">Where it leads.</param>
    private sealed class Link(int number, string target)
    {
        public int Number { get; } = number;

        public string Target { get; set; } = target;
    }

    // `a/./b/../c.bst` is `a/c.bst`.
    private static string NormalName(string name) =>
        name.Contains("./", StringComparison.Ordinal) || name.Contains("//", StringComparison.Ordinal)
            ? ProjectFiles.Escapes(name) ? name : System.IO.Path.GetFullPath(name, "/")[1..]
            : name;
}
