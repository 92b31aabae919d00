using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>The <c>junction</c>: another project, reached through an element. The loader itself implements it, so Builder has no such kind.</summary>
public sealed class JunctionKind : IElementKind
{
    public const string KindName = "junction";

    public static JunctionKind Instance { get; } = new();

    private JunctionKind()
    {
    }

    public string Name => KindName;

    public ElementTraits Traits { get; } = new()
    {
        HasArtifact = false,
        ForbidsBuildDependencies = true,
        ForbidsRuntimeDependencies = true,
    };

    public string? Defaults => null;

    public IElementConfiguration Configure(ElementDraft element) => JunctionConfiguration.Read(element.Name, element.Config);
}

/// <summary>The configuration of a junction.</summary>
public sealed record JunctionConfiguration : IElementConfiguration
{
    /// <summary>Where project.conf is below the junction's sources.</summary>
    public required string Path { get; init; }

    /// <summary>The options that the project is loaded with.</summary>
    public required MappingNode Options { get; init; }

    /// <summary>Elements and junctions of the project (by their path there) and what the parent has in their place.</summary>
    public required ImmutableArray<KeyValuePair<string, ScalarNode>> Overrides { get; init; }

    /// <summary>The parent's aliases by the project's own.</summary>
    public required MappingNode Aliases { get; init; }

    /// <summary>Whether an alias that is not listed is the parent's of the same name.</summary>
    public required bool MapsAliases { get; init; }

    // A junction makes no artifact; BuildStream gives it this key.
    public KeyValue UniqueKey => 1;

    /// <summary>The parent's alias, or null where the project's own holds.</summary>
    internal string? ParentAlias(string alias) => Aliases.OptionalText(alias) ?? (MapsAliases ? alias : null);

    internal static JunctionConfiguration Read(string name, MappingNode config)
    {
        config.ExpectKeys("path", "options", "overrides", "aliases", "map-aliases");
        var overrides = config.OptionalMapping("overrides") ?? MappingNode.Empty;
        foreach (var (path, target, _) in overrides.Members)
            if (overrides.Text(path) == name)
                throw new LoadException(
                    LoadErrorReason.InvalidData,
                    target.Provenance,
                    $"The junction '{name}' must not override '{path}' of its project with itself");
        return new JunctionConfiguration
        {
            Path = config.OptionalText("path") ?? "",
            Options = config.OptionalMapping("options") ?? MappingNode.Empty,
            Overrides = [.. overrides.Members.Select(member => KeyValuePair.Create(member.Key, (ScalarNode)member.Value))],
            Aliases = config.OptionalMapping("aliases") ?? MappingNode.Empty,
            MapsAliases = config.OptionalChoice("map-aliases", "none", "identity") == "identity",
        };
    }
}
