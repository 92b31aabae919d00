using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Projects;
using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>The input of an element kind: everything that is known before the kind reads its configuration.</summary>
public sealed class ElementDraft
{
    public required Project Project { get; init; }

    public required string Name { get; init; }

    public required string FullName { get; init; }

    public required Provenance Provenance { get; init; }

    /// <summary>The composed <c>config</c>, expanded.</summary>
    public required MappingNode Config { get; init; }

    public required ImmutableArray<Dependency> Dependencies { get; init; }

    public required int SourceCount { get; init; }

    /// <summary>The value of a variable, expanded, or null.</summary>
    public required Func<string, string?> Variable { get; init; }
}
