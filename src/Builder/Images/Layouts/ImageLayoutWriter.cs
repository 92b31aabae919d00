using System.Collections.Immutable;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layouts;

/// <summary>Makes the tree of an OCI image layout, as <see cref="ImageLayout"/> draws it. Its blobs are the objects that the images are made of.</summary>
internal static class ImageLayoutWriter
{
    private const string NameAnnotation = "org.opencontainers.image.ref.name";

    /// <param name="images">In the order in which the index lists them.</param>
    /// <param name="annotations">Of the index.</param>
    /// <param name="name">What <c>podman load</c> calls the image; used only when it is the one image.</param>
    /// <param name="batch">Receives the files.</param>
    /// <param name="draft">Receives the directories.</param>
    /// <returns>The root of the layout, drafted.</returns>
    public static Digest Write(
        IReadOnlyList<WrittenImage> images, ImmutableSortedDictionary<string, string>? annotations, string name, IContentBatch batch, TreeDraft draft)
    {
        var index = new ImageIndex
        {
            MediaType = MediaTypes.ImageIndex,
            Manifests = [.. images.Select(image => Describe(image, images.Count == 1 ? name : null))],
            Annotations = annotations,
        };
        var marker = new LayoutMarker { ImageLayoutVersion = ImageLayout.Version };
        var root = TreeStore.Empty.Hash;
        root = draft.Put(root, "/", File(ImageLayout.MarkerPath, batch.Add(OciJson.Serialize(marker, OciJson.Default.LayoutMarker))));
        root = draft.Put(root, "/", File(ImageLayout.IndexPath, batch.Add(OciJson.Serialize(index, OciJson.Default.ImageIndex))));
        var blobs = images
            .SelectMany(image => image.Manifest.Layers.Append(image.Manifest.Config).Append(image.Descriptor))
            .DistinctBy(blob => blob.Digest)
            .Select(blob => File(blob.Digest.Hex, new SizedDigest(blob.Digest, blob.Size)));
        return draft.Put(root, "blobs", new DirectoryNode("sha256", draft.Add(TreeDirectory.Create(blobs))));
    }

    private static FileNode File(string name, SizedDigest content) => new(name, content, IsExecutable: false);

    private static Descriptor Describe(WrittenImage image, string? name)
    {
        var annotations = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (image.FileSystem is { } tree)
            annotations[ImageLayout.FileSystemAnnotation] = tree.ToString();
        if (name is not null)
            annotations[NameAnnotation] = name;
        return image.Descriptor with { Annotations = annotations.Count == 0 ? null : annotations.ToImmutable() };
    }
}
