using System.Collections.Immutable;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Mirrors;

/// <summary>The mirror of BuildStream's core: a list of addresses for each alias.</summary>
public sealed class DefaultMirrorKind : ISourceMirrorKind
{
    public string Name => "default";

    public ISourceMirror Configure(MappingNode config)
    {
        config.ExpectKeys("aliases");
        var aliases = config.Mapping("aliases");
        return new DefaultMirror(aliases.Members.ToImmutableDictionary(
            member => member.Key, member => aliases.Texts(member.Key), StringComparer.Ordinal));
    }
}

/// <summary>What stands in place of each alias, in the order to try.</summary>
public sealed record DefaultMirror(ImmutableDictionary<string, ImmutableArray<string>> Addresses) : ISourceMirror
{
    public ImmutableArray<MirrorUrl> Locate(string alias, string path) =>
        Addresses.TryGetValue(alias, out var addresses) ? [.. addresses.Select(address => new MirrorUrl(address + path))] : [];
}
