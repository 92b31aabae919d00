using Bistro.Model.Elements;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds;

/// <summary><c>collect_manifest</c> of the experimental package, the elder one: it knows a path and nothing else.</summary>
public sealed class CollectPlainManifestKind() : ElementKind("collect_manifest", KindPackage.Experimental)
{
    /// <summary>Members that it does not know are let through, as there.</summary>
    public override IElementConfiguration Configure(ElementDraft element) =>
        new CollectPlainManifestConfiguration(element.Config.OptionalText("path"));
}

/// <summary>Where the manifest stands in the artifact; null for no file.</summary>
public sealed record CollectPlainManifestConfiguration(string? Path) : IElementConfiguration
{
    public KeyValue UniqueKey => KeyValue.Of(("path", Path));
}
