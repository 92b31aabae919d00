using System.Collections.Immutable;
using System.Globalization;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Builder.Images.Layouts;

/// <summary>Writes the tree of an OCI image layout, as <see cref="ImageLayout"/> draws it. Its blobs are objects that the images consist of.</summary>
internal static class ImageLayoutWriter
{
    private const string NameAnnotation = "org.opencontainers.image.ref.name";

    // What containerd and Docker read.
    private const string FullNameAnnotation = "io.containerd.image.name";

    /// <param name="images">In the order in which the index lists them.</param>
    /// <param name="annotations">Annotations of the index.</param>
    /// <param name="element">The element that the images are named after.</param>
    /// <param name="batch">Receives the files.</param>
    /// <param name="draft">Receives the directories.</param>
    /// <returns>The root of the layout, drafted.</returns>
    public static Digest Write(
        IReadOnlyList<WrittenImage> images, ImmutableSortedDictionary<string, string>? annotations, Element element, IContentBatch batch, TreeDraft draft)
    {
        var blobs = images.SelectMany(image => image.Manifest.Layers.Append(image.Manifest.Config).Append(image.Descriptor)).ToList();
        var index = Index(images, annotations, element, batch, blobs);
        var marker = new LayoutMarker { ImageLayoutVersion = ImageLayout.Version };
        var root = TreeStore.Empty.Hash;
        root = draft.Put(root, "/", File(ImageLayout.MarkerPath, batch.Add(OciJson.Serialize(marker, OciJson.Default.LayoutMarker))));
        root = draft.Put(root, "/", File(ImageLayout.IndexPath, batch.Add(OciJson.Serialize(index, OciJson.Default.ImageIndex))));
        var files = blobs.DistinctBy(blob => blob.Digest).Select(blob => File(blob.Digest.Hex, new SizedDigest(blob.Digest, blob.Size)));
        return draft.Put(root, "blobs", new DirectoryNode("sha256", draft.Add(TreeDirectory.Create(files))));
    }

    // podman load takes only a layout with one entry, and chooses an image by platform behind it. Images that their platforms do
    // not tell apart are entries of their own, each with its name.
    private static ImageIndex Index(
        IReadOnlyList<WrittenImage> images,
        ImmutableSortedDictionary<string, string>? annotations,
        Element element,
        IContentBatch batch,
        List<Descriptor> blobs)
    {
        var descriptors = images.Select(image => Annotate(image.Descriptor, ImageLayout.FileSystemAnnotation, image.FileSystem?.ToString())).ToList();
        if (descriptors.DistinctBy(descriptor => descriptor.Platform?.ToString()).Count() < descriptors.Count || descriptors.Count < 2)
        {
            return Create(
                descriptors.Select((descriptor, number) => Name(
                    descriptor, number == 0 ? ImageName.Of(element) : ImageName.Of(element, number.ToString(CultureInfo.InvariantCulture)))),
                annotations);
        }
        var inner = Descriptor.Of(
            MediaTypes.ImageIndex, batch.Add(OciJson.Serialize(Create(descriptors, annotations), OciJson.Default.ImageIndex)));
        blobs.Add(inner);
        return Create([Name(inner, ImageName.Of(element))], annotations: null);
    }

    private static ImageIndex Create(IEnumerable<Descriptor> manifests, ImmutableSortedDictionary<string, string>? annotations) =>
        new() { MediaType = MediaTypes.ImageIndex, Manifests = [.. manifests], Annotations = annotations };

    private static Descriptor Name(Descriptor descriptor, string name) =>
        Annotate(Annotate(descriptor, NameAnnotation, name), FullNameAnnotation, name);

    private static Descriptor Annotate(Descriptor descriptor, string key, string? value) => value is null ? descriptor : descriptor with
    {
        Annotations = (descriptor.Annotations ?? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)).SetItem(key, value),
    };

    private static FileNode File(string name, SizedDigest content) => new(name, content, IsExecutable: false);
}
