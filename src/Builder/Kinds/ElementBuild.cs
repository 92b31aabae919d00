using Bistro.Builder.Content;
using Bistro.Builder.Sandbox;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Kinds;

/// <summary>One build of one element: what its kind works with.</summary>
public sealed class ElementBuild
{
    public required Element Element { get; init; }

    /// <summary>The store's trees; what the build makes goes there.</summary>
    public required TreeStore Trees { get; init; }

    public IContentStore Content => Trees.Content;

    public required ISandbox Sandbox { get; init; }

    /// <summary>The element's sources, staged over one another as one tree.</summary>
    public required Digest Sources { get; init; }

    /// <summary>The artifact's files of any element of the build closure.</summary>
    public required Func<Element, Digest> Artifact { get; init; }

    /// <summary>The public data of any element of the build closure: as declared, or as its build made it.</summary>
    public required Func<Element, MappingNode> Public { get; init; }

    /// <summary>The build log; what commands print goes there.</summary>
    public required Stream Log { get; init; }
}
