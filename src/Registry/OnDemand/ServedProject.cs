using System.Collections.Immutable;
using Bistro.Builder.Images.Permissions;
using Bistro.Model.Yaml;

namespace Bistro.Registry.OnDemand;

/// <summary>A served project: an entry of <c>projects:</c> with a <c>path</c>.</summary>
public sealed record ServedProject
{
    /// <summary>The first component of its repositories.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute path of the folder with project.conf.</summary>
    public required string Path { get; init; }

    /// <summary><c>images: {NAME: ELEMENT}</c>, or <c>images: {NAME: {element: ELEMENT}}</c>.</summary>
    public ImmutableDictionary<string, string> Images { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>images: {NAME: {files: […]}}</c>: modes, owners and capabilities of the image's files.</summary>
    public ImmutableDictionary<string, ImmutableArray<FileRule>> Files { get; init; } = ImmutableDictionary<string, ImmutableArray<FileRule>>.Empty;

    /// <summary><c>search: […]</c>: where an image's name is looked for, <c>{}</c> standing for it.</summary>
    public ImmutableArray<string> Search { get; init; } = DefaultSearch;

    /// <summary><c>junctions: {ELEMENT: DIR}</c>: the local directory that stands in for a junction's sources.</summary>
    public ImmutableDictionary<string, string> Junctions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>options: {NAME: VALUE}</c>.</summary>
    public MappingNode Options { get; init; } = MappingNode.Empty;

    /// <summary><c>overlay: DIR</c>: files laid over the project's own; null for none.</summary>
    public string? Overlay { get; init; }

    /// <summary><c>strict: BOOL</c>; null where the entry does not say it.</summary>
    public bool? IsStrict { get; init; }

    /// <summary><c>default-mirror: NAME</c>: the project's mirror to ask first; null for none.</summary>
    public string? DefaultMirror { get; init; }

    /// <summary>Its entry in the configuration, as written: where messages about it point.</summary>
    public MappingNode Entry { get; init; } = MappingNode.Empty;

    /// <summary>The folders that its files are read from.</summary>
    public IEnumerable<string> Folders =>
        new[] { Path, Overlay }.Concat(Junctions.Values).OfType<string>().Select(System.IO.Path.TrimEndingDirectorySeparator);

    public static ImmutableArray<string> DefaultSearch { get; } =
        ["oci/{}.bst", "oci/{}-oci.bst", "images/{}.bst", "components/{}.bst"];
}
