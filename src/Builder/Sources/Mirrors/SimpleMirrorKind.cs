using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Mirrors;

/// <summary><c>simple_mirror</c>: one address for several aliases.</summary>
public sealed class SimpleMirrorKind : ISourceMirrorKind
{
    public string Name => "simple_mirror";

    public string Package => KindPackage.Plugins;

    public ISourceMirror Configure(MappingNode config)
    {
        config.ExpectKeys("aliases", "url");
        return new SimpleMirror(config.Text("url"), config.Texts("aliases"));
    }
}

/// <summary>The mirror's address.</summary>
/// <param name="Url">May hold <c>{alias}</c>.</param>
/// <param name="Aliases">The aliases that it serves.</param>
public sealed record SimpleMirror(string Url, ImmutableArray<string> Aliases) : ISourceMirror
{
    public ImmutableArray<MirrorUrl> Locate(string alias, string path) => Aliases.Contains(alias)
        ? [new MirrorUrl($"{Url.Replace("{alias}", alias, StringComparison.Ordinal).TrimEnd('/')}/{path.TrimStart('/')}")]
        : [];
}
