using System.Collections.Immutable;
using Bistro.Builder.Images.Oci;

namespace Bistro.Builder.Images;

/// <summary>What an element is served as.</summary>
/// <param name="Top">The manifest, or the index of several.</param>
/// <param name="Blobs">
/// Everything that can be reached from it, itself the first, each digest once: manifests, configs, layers. All are objects
/// of the content store, and a repository that serves the image serves these and no other object.
/// </param>
public sealed record ImageSet(Descriptor Top, ImmutableArray<Descriptor> Blobs);
