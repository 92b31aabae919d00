using Bistro.Model.Elements;
using Bistro.Model.Errors;

namespace Bistro.Model.Loading;

/// <summary>The elements of a project as nodes: follows links, puts overrides in their place, and finds dependencies.</summary>
internal sealed class ProjectElements(LoadingProject project)
{
    private const int LongestLinkChain = 100;

    private readonly Dictionary<string, ElementNode> _nodes = new(StringComparer.Ordinal);
    private readonly ElementFiles _files = new(project);

    /// <summary>Loads what a path leads to, and everything that it depends on.</summary>
    /// <exception cref="LoadException">It leads nowhere.</exception>
    public ElementNode LoadPath(string path, Provenance? askedBy)
    {
        var (found, name) = project.Junctions.Split(path, askedBy);
        return found!.Elements.LoadElement(name, askedBy)!;
    }

    /// <param name="name">Its name in this project.</param>
    /// <param name="askedBy">The place to report.</param>
    /// <param name="opens">As for <see cref="ProjectJunctions.Find"/>.</param>
    public ElementNode? LoadElement(string name, Provenance? askedBy, bool opens = true)
    {
        var top = LoadOne(name, askedBy, opens);
        if (top is null || top.IsLinked)
            return top;

        // An explicit stack, because chains of dependencies are as long as projects are large.
        var waiting = new Stack<(ElementNode Node, int Next)>();
        Enter(top);
        while (waiting.TryPop(out var current))
        {
            var (node, next) = current;
            if (next == node.Declaration.Dependencies.Length)
                continue;
            waiting.Push((node, next + 1));
            if (LoadDependency(node, node.Declaration.Dependencies[next], Enter, opens) is { } dependency)
                node.Add(dependency, node.Declaration.Dependencies[next]);
        }
        return top;

        void Enter(ElementNode node)
        {
            node.IsLinked = true;
            waiting.Push((node, 0));
        }
    }

    /// <summary>The element that is depended on; null where it cannot be loaded, which is reported with other mistakes.</summary>
    private static ElementNode? LoadDependency(
        ElementNode node, DependencyDeclaration written, Action<ElementNode> enter, bool opens)
    {
        try
        {
            var project = node.Project;
            if (written.Junction is { } junction)
                return project.Junctions.Find(junction, written.Provenance)!.Elements.LoadElement(ElementNames.Normalize(written.Name), written.Provenance);
            var dependency = project.Elements.LoadOne(ElementNames.Normalize(written.Name), written.Provenance, opens);
            if (dependency is null || dependency.IsLinked)
                return dependency;
            if (dependency.Project != project)
                return dependency.Project.Elements.LoadElement(dependency.Name, written.Provenance);
            enter(dependency);
            if (dependency.Declaration.Kind == JunctionKind.KindName)
                throw new LoadException(
                    LoadErrorReason.InvalidData, written.Provenance, $"Cannot depend on the junction '{written.Path}', only on elements behind it");
            return dependency;
        }
        catch (LoadException exception)
        {
            node.Project.Session.Errors.Add(exception);
            node.Project.Session.Errors.ThrowIfMany();
            return null;
        }
    }

    /// <summary>The element, or its override. Dependencies are not loaded.</summary>
    private ElementNode? LoadOne(string name, Provenance? askedBy, bool opens = true)
    {
        project.Session.CancellationToken.ThrowIfCancellationRequested();
        if (_nodes.TryGetValue(name, out var node) && node.IsLinked)
            return node;
        node ??= Declare(name, askedBy)!;
        if (project.Junctions.FindOverrides(name) is [.., var (by, overriding)])
            return by.Elements.LoadPath(overriding.Value, overriding.Provenance);
        if (node.LinkTarget is not { } target)
            return node;

        if (!project.Session.Links.Add(node))
            throw new LoadException(
                LoadErrorReason.CircularDependency, target.Provenance, $"The link '{node.FullName}' leads back to itself");
        if (project.Session.Links.Count > LongestLinkChain)
            throw new LoadException(
                LoadErrorReason.CircularDependency, target.Provenance, $"More than {LongestLinkChain} links lead to each other");
        try
        {
            var (found, element) = project.Junctions.Split(target.Value, target.Provenance, opens);
            return found?.Elements.LoadElement(element, target.Provenance, opens);
        }
        finally
        {
            project.Session.Links.Remove(node);
        }
    }

    /// <summary>Reads an element's file.</summary>
    /// <param name="name">Its name in this project.</param>
    /// <param name="askedBy">The place to report.</param>
    /// <param name="onlyFirstPass">Whether only junctions and links are wanted: null for all others.</param>
    public ElementNode? Declare(string name, Provenance? askedBy, bool onlyFirstPass = false)
    {
        if (_nodes.TryGetValue(name, out var known))
            return known;
        var written = _files.Read(name, askedBy);
        var kind = written.Text("kind");
        if (!ElementDeclaration.IsOfFirstPass(kind))
        {
            if (onlyFirstPass)
                return null;
            project.EnsureWhole();
        }
        var node = _nodes[name] = new ElementNode(project, name, _files.Interpret(name, kind, written));
        if (kind == LinkKind.KindName)
        {
            node.LinkTarget = ElementResolution.ResolveLink(node);
            project.Links.Add(name, node.LinkTarget.Value);
        }
        return node;
    }

    /// <summary>The node of an element that was declared.</summary>
    public ElementNode this[string name] => _nodes[name];
}
