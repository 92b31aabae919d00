using System.Collections.Immutable;
using Bistro.Registry.Names;

namespace Bistro.Registry.Manifests;

/// <summary>What the registry needs to know of a manifest; its bytes are kept as they were sent.</summary>
/// <param name="References">Everything the manifest names and a pull would fetch next: config and layers, or an index's manifests.</param>
/// <param name="Subject">The manifest that this one is attached to, which need not exist.</param>
/// <param name="ArtifactType">The manifest's own type, or an image's config type (distribution-spec: Listing Referrers); null for an index without one.</param>
/// <param name="Annotations">The <c>annotations</c> member as written, or empty.</param>
public sealed record ManifestContent(
    string MediaType,
    ImmutableArray<ManifestReference> References,
    OciDigest? Subject,
    string? ArtifactType,
    string Annotations)
{
    public bool IsIndex => MediaTypes.IsIndex(MediaType);
}

/// <summary>One descriptor of a manifest.</summary>
/// <param name="IsForeign">Whether the content is fetched from elsewhere (a non-distributable layer), so that it need not be here.</param>
/// <param name="Platform"><c>os/architecture</c> of an index's entry, or null.</param>
public sealed record ManifestReference(OciDigest Digest, string MediaType, long Size, bool IsForeign, string? Platform);
