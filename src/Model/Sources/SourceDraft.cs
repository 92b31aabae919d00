using Bistro.Model.Projects;
using Bistro.Model.Yaml;

namespace Bistro.Model.Sources;

/// <summary>What a source kind is given to read.</summary>
public sealed class SourceDraft
{
    public required Project Project { get; init; }

    /// <summary>The name of the element in its project.</summary>
    public required string ElementName { get; init; }

    /// <summary>Its place among the element's sources, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>
    /// The source's members, expanded, without <c>kind</c>, <c>directory</c> and <c>provenance</c>. Its
    /// <see cref="ISourceKind.RefMembers"/> come from the element or from <c>project.refs</c>, whichever holds the project's refs.
    /// </summary>
    public required MappingNode Members { get; init; }

    /// <summary>The member <c>ref</c>; null when there is none.</summary>
    public Node? Ref => Members["ref"];

    /// <summary>
    /// An URL with its alias filled in. Every URL that the source downloads from goes through it while the kind is configured:
    /// one without an alias is a warning, an error where the project says so.
    /// </summary>
    public required Func<ScalarNode, string> TranslateUrl { get; init; }

    /// <summary>The whole entry as written in the element's file: where a new ref goes when the project keeps refs inline.</summary>
    public required MappingNode Written { get; init; }
}
