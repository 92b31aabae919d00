using Bistro.Builder.Images.Oci;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layouts;

/// <summary>An image whose parts are all objects of the store.</summary>
/// <param name="Descriptor">Of the manifest, with the platform.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="FileSystem">The tree that the layers make, where it is known.</param>
internal sealed record WrittenImage(Descriptor Descriptor, Manifest Manifest, Digest? FileSystem);
