using System.Collections.Immutable;
using Bistro.Builder.Images.Oci;
using Bistro.Registry.Names;

namespace Bistro.Registry.Manifests;

/// <summary>The properties of a manifest that the registry uses. The bytes are stored as received.</summary>
/// <param name="References">The content that a pull fetches next: config and layers, or the manifests of an index.</param>
/// <param name="Subject">The manifest that this one is attached to. It may not exist.</param>
/// <param name="ArtifactType">The manifest's own type, or an image's config type (distribution-spec: Listing Referrers); null for an index without one.</param>
/// <param name="Annotations">The text of the <c>annotations</c> member, or empty.</param>
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
/// <param name="IsForeign">Whether clients fetch the content from another server (a non-distributable layer).</param>
/// <param name="Platform"><c>os/architecture</c> of an index's entry, or null.</param>
public sealed record ManifestReference(OciDigest Digest, string MediaType, long Size, bool IsForeign, string? Platform);
