using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Configuration;

/// <summary>What project.conf sets for ordinary elements, besides options, variables and the defaults of kinds.</summary>
internal sealed record ProjectSettings
{
    public const string AttributesKey = "source-provenance-attributes";

    public required MappingNode Environment { get; init; }

    public required ImmutableArray<string> EnvironmentNoCache { get; init; }

    public required MappingNode Sandbox { get; init; }

    public required MappingNode SplitRules { get; init; }

    /// <summary>The allowed keys of a source's <c>provenance</c>.</summary>
    public required ImmutableArray<string> ProvenanceAttributes { get; init; }

    /// <param name="rest">The composed project.conf.</param>
    public static ProjectSettings Read(MappingNode rest) => new()
    {
        Environment = rest.Mapping("environment"),
        EnvironmentNoCache = rest.Texts("environment-nocache"),
        Sandbox = rest.Mapping("sandbox"),
        SplitRules = rest.Mapping("split-rules"),
        ProvenanceAttributes = [.. rest.Mapping(AttributesKey).Members.Select(member => member.Key)],
    };

    /// <exception cref="LoadException">A source's <c>provenance</c> has what the project does not declare.</exception>
    public void ExpectDeclared(MappingNode provenance)
    {
        var errors = new LoadErrors();
        foreach (var attribute in provenance.Members)
            if (!ProvenanceAttributes.Contains(attribute.Key))
                errors.Add(
                    LoadErrorReason.UndefinedSourceProvenanceAttribute,
                    attribute.Value.Provenance,
                    $"Unexpected key: {attribute.Key}: '{AttributesKey}' in project.conf does not declare it");
        errors.ThrowIfAny();
    }
}
