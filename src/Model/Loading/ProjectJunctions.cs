using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>The projects behind a project's junctions: found through links, and replaced by what projects above override.</summary>
internal sealed class ProjectJunctions(LoadingProject project)
{
    // A project that exceeds these contains itself.
    private const int DeepestJunction = 20;
    private const int MostProjects = 500;

    private readonly Dictionary<string, LoadingProject> _projects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Provenance> _searches = new(StringComparer.Ordinal);

    /// <summary>Projects whose junctions to this one were overridden: it is reached from there all the same.</summary>
    private readonly List<LoadingProject> _otherParents = [];

    /// <summary>Every project from which this one is reached, the nearest first.</summary>
    public IEnumerable<LoadingProject> Ancestors()
    {
        var seen = new HashSet<LoadingProject>();
        foreach (var parent in _otherParents.Prepend(project.Place.Parent))
            for (var ancestor = parent; ancestor is not null && seen.Add(ancestor); ancestor = ancestor.Place.Parent)
                yield return ancestor;
    }

    /// <summary>The project that a junction leads to.</summary>
    /// <param name="path"><c>a.bst</c> or <c>a.bst:b.bst</c>.</param>
    /// <param name="askedBy">The place to report.</param>
    /// <param name="opens">Whether projects are loaded for it; where not, null is one that is not loaded.</param>
    /// <exception cref="LoadException">It leads nowhere.</exception>
    public LoadingProject? Find(string path, Provenance? askedBy, bool opens = true)
    {
        if (opens && askedBy is { } place && !_searches.TryAdd(path, place))
            throw new LoadException(
                LoadErrorReason.CircularReferenceVariable,
                place,
                $"Circular reference while searching for '{path}': it is already searched for at {_searches[path]}");
        LoadingProject? found = project;
        try
        {
            foreach (var junction in path.Split(':'))
                found = found?.Junctions.FindDirect(ElementNames.Normalize(junction), askedBy, opens);
            return found;
        }
        finally
        {
            if (opens && askedBy is not null)
                _searches.Remove(path);
        }
    }

    /// <summary>The cache of the project that a junction leads to, with both passes read; null if the project cannot be loaded.</summary>
    public CachedProject? FindWhole(string junction)
    {
        try
        {
            var found = Find(junction, null)!;
            found.EnsureWhole();
            return found.Cached;
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

        project.Elements.LoadElement(name, askedBy, opens);
        var junction = project.Elements[name];
        if (junction.LinkTarget is { } target)
        {
            var (found, element) = Split(target.Value, target.Provenance, opens);
            return found?.Junctions.Find(element, target.Provenance, opens);
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
        for (var below = opened; below.Place.Parent is not null; below = below.Place.Parent)
            below.Junctions.LoadOverridingLinks();
        return opened;
    }

    private LoadingProject Open(ElementNode node, Provenance? askedBy)
    {
        if (project.Place.Depth >= DeepestJunction || project.Session.Projects.Count >= MostProjects)
            throw new LoadException(
                LoadErrorReason.InvalidJunction,
                askedBy,
                $"The junction '{node.FullName}' is not opened: a project may hold {MostProjects} others, {DeepestJunction} deep");
        var junction = ElementResolution.ResolveJunction(node);
        var files = project.Session.JunctionFiles(project, junction, askedBy);
        if (!files.HasFile(ProjectFolder.ConfigurationFile))
            throw new LoadException(
                LoadErrorReason.InvalidJunction,
                askedBy,
                $"Could not find project.conf in the project of the junction '{junction.FullName}', at '{files.Resolve("")}'");
        return LoadingProject.Open(project.Session, files, new ProjectPlace(project, junction, askedBy));
    }

    private LoadingProject? FindOverriding(string junction)
    {
        var overrides = FindOverrides(junction);
        if (overrides.IsEmpty)
            return null;
        var (by, target) = overrides[^1];
        var found = by.Junctions.Find(target.Value, target.Provenance)!;
        if (found != project)
            found.Junctions._otherParents.Add(project);
        found.Junctions._otherParents.AddRange(overrides[..^1].Select(other => other.By));
        return found;
    }

    /// <summary>The projects above that override an element of this one, the topmost last.</summary>
    public ImmutableArray<(LoadingProject By, ScalarNode Target)> FindOverrides(string element)
    {
        var found = ImmutableArray.CreateBuilder<(LoadingProject, ScalarNode)>();
        for (var below = project; below.Place is { Parent: { } parent, Junction: { } junction }; below = parent)
        {
            if (below.Junctions.OverrideOf(element) is { } target)
                found.Add((parent, target));
            element = $"{junction.Name}:{element}";
        }
        return found.DrainToImmutable();
    }

    // Written directly, or through a link.
    private ScalarNode? OverrideOf(string path)
    {
        var overrides = project.Place.JunctionConfiguration!.Overrides;
        foreach (var (overridden, target) in overrides)
            if (overridden == path)
                return target;
        foreach (var (overridden, target) in overrides)
            if (project.Links.Follow(overridden) == path)
                return target;
        return null;
    }

    /// <summary>Loads what this project's junction overrides as far as it is links: they are to be known before overrides are looked up.</summary>
    private void LoadOverridingLinks()
    {
        foreach (var (overridden, place) in project.Place.JunctionConfiguration!.Overrides)
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
        var holder = junction is null ? project : Find(junction, askedBy, opens: false);
        var node = holder?.Elements.Declare(ElementNames.Normalize(path[(colon + 1)..]), askedBy, onlyFirstPass: true);
        return node?.LinkTarget is not { } target ? null : junction is null ? target.Value : $"{junction}:{target.Value}";
    }

    /// <summary>The project and the name in it of an element path.</summary>
    public (LoadingProject? Project, string Name) Split(string path, Provenance? askedBy, bool opens = true)
    {
        var colon = path.LastIndexOf(':');
        return colon < 0
            ? (project, ElementNames.Normalize(path))
            : (Find(path[..colon], askedBy, opens), ElementNames.Normalize(path[(colon + 1)..]));
    }
}
