using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>The <c>link</c>: another name of an element or a junction. It is followed while loading and is in no graph.</summary>
public sealed class LinkKind : IElementKind
{
    public const string KindName = "link";

    public static LinkKind Instance { get; } = new();

    private LinkKind()
    {
    }

    public string Name => KindName;

    public ElementTraits Traits { get; } = new()
    {
        HasArtifact = false,
        ForbidsBuildDependencies = true,
        ForbidsRuntimeDependencies = true,
        ForbidsSources = true,
    };

    public string? Defaults => null;

    public IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys("target");
        return new LinkConfiguration(element.Config.RequiredScalar("target"));
    }
}

/// <summary>Where a link leads.</summary>
/// <param name="Target">The path of an element or junction, as the link's project sees it.</param>
internal sealed record LinkConfiguration(ScalarNode Target) : IElementConfiguration
{
    public KeyValue UniqueKey => 1;
}
