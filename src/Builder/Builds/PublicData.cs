using System.Collections.Immutable;
using Bistro.Builder.Trees;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Builds;

/// <summary>What the <c>bst</c> domain of an element's public data says to those who build on it.</summary>
internal static class PublicData
{
    private const string Domain = "bst";
    private const string Commands = "integration-commands";

    /// <summary>Commands that make a root usable in which the element stands, such as <c>ldconfig</c>.</summary>
    public static ImmutableArray<string> IntegrationCommands(this MappingNode data) =>
        data.OptionalMapping(Domain)?.OptionalTexts(Commands) ?? [];

    /// <summary>The same data with other integration commands.</summary>
    public static MappingNode WithIntegrationCommands(this MappingNode data, ImmutableArray<string> commands)
    {
        var domain = data.OptionalMapping(Domain) ?? MappingNode.Empty;
        var list = new SequenceNode([.. commands.Select(command => new ScalarNode(command, domain.Provenance))], domain.Provenance);
        return data.With(Domain, domain.With(Commands, list));
    }

    public static SplitRules SplitRules(this MappingNode data) =>
        Builds.SplitRules.Read(data.OptionalMapping(Domain)?.OptionalMapping("split-rules") ?? MappingNode.Empty);

    /// <summary>Files of other elements that the element may replace.</summary>
    public static ImmutableArray<GlobPattern> OverlapWhitelist(this MappingNode data) =>
        [.. (data.OptionalMapping(Domain)?.OptionalTexts("overlap-whitelist") ?? []).Select(pattern => new GlobPattern(pattern))];
}
