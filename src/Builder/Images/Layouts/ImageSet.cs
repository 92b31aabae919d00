using System.Collections.Immutable;
using Bistro.Builder.Images.Oci;

namespace Bistro.Builder.Images.Layouts;

/// <summary>What an element is served as.</summary>
/// <param name="Top">The manifest, or the index of several.</param>
/// <param name="Blobs">
/// Everything that can be reached from it, itself the first, each digest once: manifests, configs, layers. All are objects
/// of the content store, and a repository that serves the image serves these and no other object.
/// </param>
public sealed record ImageSet(Descriptor Top, ImmutableArray<Descriptor> Blobs)
{
    /// <summary>
    /// The manifest for a platform: the image itself when there is but one, else the first that fits, else null. Without a
    /// variant, any is used.
    /// </summary>
    public Descriptor? Find(Platform wanted) =>
        MediaTypes.IsManifest(Top.MediaType) ? Top : Blobs.FirstOrDefault(blob => MediaTypes.IsManifest(blob.MediaType) && Fits(blob.Platform, wanted));

    private static bool Fits(Platform? platform, Platform wanted) =>
        platform is not null && platform.Os == wanted.Os && platform.Architecture == wanted.Architecture
        && (wanted.Variant is null || platform.Variant == wanted.Variant);
}
