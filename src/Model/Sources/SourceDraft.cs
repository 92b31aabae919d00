using System.Collections.Immutable;
using Bistro.Model.Projects;
using Bistro.Model.Yaml;

namespace Bistro.Model.Sources;

/// <summary>The input of a source kind.</summary>
public sealed record SourceDraft
{
    public required Project Project { get; init; }

    /// <summary>The name of the element in its project.</summary>
    public required string ElementName { get; init; }

    /// <summary>Its place among the element's sources, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>
    /// The source's members, expanded, over the project's <c>sources:</c> and the user's <c>source-defaults:</c> of its kind,
    /// without <c>kind</c>, <c>directory</c> and <c>provenance</c>. Its
    /// <see cref="ISourceKind.RefMembers"/> come from the element or from <c>project.refs</c>, whichever holds the project's refs.
    /// </summary>
    public required MappingNode Members { get; init; }

    /// <summary>The member <c>ref</c>; null when there is none.</summary>
    public Node? Ref => Members["ref"];

    /// <summary>
    /// An URL with its alias filled in. Every URL that the source downloads from goes through it while the kind is configured:
    /// one without an alias is a warning, or an error if the project makes it one.
    /// </summary>
    public required Func<ScalarNode, string> TranslateUrl { get; init; }

    /// <summary>
    /// Where to download an URL from (as written, with its alias), in the order to try: the mirrors of its alias, then the alias itself.
    /// Called when fetching.
    /// </summary>
    public Func<string, ImmutableArray<MirrorUrl>> DownloadUrls { get; init; } = url => [new MirrorUrl(url)];

    /// <summary>The source's <c>provenance</c> attributes (<c>homepage</c>, …), or null.</summary>
    public MappingNode? Attributes { get; init; }

    /// <summary>The whole entry as written in the element's file: where a new ref goes when the project keeps refs inline.</summary>
    public required MappingNode Written { get; init; }
}
