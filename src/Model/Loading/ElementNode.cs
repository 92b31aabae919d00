using Bistro.Model.Elements;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>An element while the graph is put together.</summary>
internal sealed class ElementNode(LoadingProject project, string name, CachedElement cached)
{
    private readonly Dictionary<ElementNode, int> _places = [];
    private readonly List<Edge> _edges = [];

    public LoadingProject Project { get; } = project;

    public string Name { get; } = name;

    public string FullName { get; } = project.FullName(name);

    public CachedElement Cached { get; } = cached;

    public ElementDeclaration Declaration => Cached.Declaration;

    /// <summary>Where a link leads; null for all else.</summary>
    public ScalarNode? LinkTarget { get; set; }

    /// <summary>Whether its dependencies were, or are being, looked up.</summary>
    public bool IsLinked { get; set; }

    /// <summary>Its place in an order in which dependencies come first.</summary>
    public int Number { get; set; } = -1;

    /// <summary>Each element once, in the order that the loader found; sorted later.</summary>
    public Edge[] Edges { get; set; } = [];

    /// <summary>Adds a dependency; one that is there already, perhaps by way of a link, takes on what the other says.</summary>
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

    /// <summary>Makes the edges what was added: nothing more comes.</summary>
    public ElementNode Close()
    {
        Edges = [.. _edges];
        return this;
    }

    /// <summary>A dependency.</summary>
    public readonly record struct Edge(ElementNode Element, DependencyDeclaration Written);
}
