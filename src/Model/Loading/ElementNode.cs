using Bistro.Model.Elements;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>An element while the graph is built.</summary>
internal sealed class ElementNode(LoadingProject project, string name, CachedElement cached)
{
    private readonly Dictionary<ElementNode, int> _places = [];
    private readonly List<Edge> _edges = [];

    public LoadingProject Project { get; } = project;

    public string Name { get; } = name;

    public string FullName { get; } = project.FullName(name);

    public CachedElement Cached { get; } = cached;

    public ElementDeclaration Declaration => Cached.Declaration;

    /// <summary>The target of a link; null for other elements.</summary>
    public ScalarNode? LinkTarget { get; set; }

    /// <summary>Whether its dependencies are looked up already, or being looked up.</summary>
    public bool IsLinked { get; set; }

    /// <summary>Its place in an order in which dependencies come first.</summary>
    public int Number { get; set; } = -1;

    /// <summary>Each element once, in the order that the loader found; sorted later.</summary>
    public Edge[] Edges { get; set; } = [];

    /// <summary>Adds a dependency. If it is already there, perhaps through a link, the two are merged.</summary>
    public void Add(ElementNode element, DependencyDeclaration written)
    {
        if (_places.TryGetValue(element, out var place))
        {
            _edges[place] = _edges[place] with { Written = _edges[place].Written.Merge(written) };
            return;
        }
        _places.Add(element, _edges.Count);
        _edges.Add(new Edge(element, written));
    }

    /// <summary>Ends the adding of edges.</summary>
    public ElementNode Close()
    {
        Edges = [.. _edges];
        return this;
    }

    /// <summary>A dependency.</summary>
    public readonly record struct Edge(ElementNode Element, DependencyDeclaration Written);
}
