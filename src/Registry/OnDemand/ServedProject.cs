using System.Collections.Immutable;
using Bistro.Model.Yaml;

namespace Bistro.Registry.OnDemand;

/// <summary>A served project: an entry of <c>projects:</c> with a <c>path</c>.</summary>
public sealed record ServedProject
{
    /// <summary>The first component of its repositories.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute path of the folder that contains project.conf.</summary>
    public required string Path { get; init; }

    /// <summary><c>images: {NAME: ELEMENT}</c>.</summary>
    public ImmutableDictionary<string, string> Images { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>search: […]</c>: patterns for elements, with <c>{}</c> for the image's name.</summary>
    public ImmutableArray<string> Search { get; init; } = DefaultSearch;

    /// <summary><c>junctions: {ELEMENT: DIR}</c>: the local directory that replaces a junction's sources.</summary>
    public ImmutableDictionary<string, string> Junctions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>options: {NAME: VALUE}</c>.</summary>
    public MappingNode Options { get; init; } = MappingNode.Empty;

    /// <summary><c>overlay: DIR</c>: files that replace or extend the project's own; null for none.</summary>
    public string? Overlay { get; init; }

    /// <summary><c>strict: BOOL</c>; null if it is not set.</summary>
    public bool? IsStrict { get; init; }

    /// <summary><c>default-mirror: NAME</c>: the mirror to try first; null for none.</summary>
    public string? DefaultMirror { get; init; }

    public static ImmutableArray<string> DefaultSearch { get; } =
        ["oci/{}.bst", "oci/{}-oci.bst", "images/{}.bst", "components/{}.bst"];
}
