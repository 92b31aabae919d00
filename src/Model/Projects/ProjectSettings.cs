using System.Collections.Immutable;
using Bistro.Model.Yaml;

namespace Bistro.Model.Projects;

/// <summary>What project.conf says for ordinary elements, beside options, variables and the defaults of kinds.</summary>
internal sealed record ProjectSettings
{
    public required MappingNode Environment { get; init; }

    public required ImmutableArray<string> EnvironmentNoCache { get; init; }

    public required MappingNode Sandbox { get; init; }

    public required MappingNode SplitRules { get; init; }

    /// <summary>What a source's <c>provenance</c> may hold.</summary>
    public required ImmutableArray<string> ProvenanceAttributes { get; init; }

    /// <param name="rest">The composed project.conf.</param>
    /// <param name="written">The file as written: its list of attributes replaces the default one.</param>
    public static ProjectSettings Read(MappingNode rest, MappingNode written) => new()
    {
        Environment = rest.Mapping("environment"),
        EnvironmentNoCache = rest.Texts("environment-nocache"),
        Sandbox = rest.Mapping("sandbox"),
        SplitRules = rest.Mapping("split-rules"),
        ProvenanceAttributes =
        [
            .. (written["source-provenance-attributes"] is MappingNode { Members.IsEmpty: false } own
                ? WithoutDefaults(rest.Mapping("source-provenance-attributes"), own)
                : rest.Mapping("source-provenance-attributes")).Members.Select(member => member.Key),
        ],
    };

    private static MappingNode WithoutDefaults(MappingNode composed, MappingNode own) => new(
        [.. composed.Members.Where(member => own.Contains(member.Key))], composed.Provenance);
}
