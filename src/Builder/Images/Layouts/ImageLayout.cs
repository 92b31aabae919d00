using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layouts;

/// <summary>
/// An OCI image layout in a tree, made by Bistro or by another program (image-spec: Image Layout):
/// <code>
/// oci-layout                {"imageLayoutVersion":"1.0.0"}
/// index.json                the images
/// blobs/sha256/HEX          each manifest, config and layer, under its own digest
/// </code>
/// Its blobs are objects of the store and are served as they are.
/// </summary>
public sealed class ImageLayout
{
    public const string MarkerPath = "oci-layout";
    public const string IndexPath = "index.json";
    public const string BlobDirectory = "blobs/sha256";
    public const string Version = "1.0.0";

    /// <summary>On a manifest's descriptor in <c>index.json</c>: the digest of the tree that the layers make.</summary>
    public const string FileSystemAnnotation = "build.bistro.filesystem";

    // An index may hold indexes, but few levels are ever needed.
    private const int MaxDepth = 8;

    private readonly LayoutFiles _files;

    private ImageLayout(LayoutFiles files)
    {
        _files = files;
        Content = files.FindRequired(IndexPath);
        Index = files.ReadJson(IndexPath, OciJson.Default.ImageIndex);
    }

    /// <summary><c>index.json</c>.</summary>
    public ImageIndex Index { get; }

    /// <summary>The images, also those in indexes below <c>index.json</c>, in their order.</summary>
    /// <exception cref="InvalidDataException">The layout refers to something that is broken, or not an image.</exception>
    public ImmutableArray<ArtifactImage> Images => [.. Manifests(Index, [], depth: 1).Select(ReadImage)];

    /// <summary>Annotations of the index that clients are served; null when there are none.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations =>
        Index.Manifests is [var only] && MediaTypes.IsIndex(only.MediaType) ? Read(only, OciJson.Default.ImageIndex).Annotations : Index.Annotations;

    /// <summary>The object that <c>index.json</c> is.</summary>
    public SizedDigest Content { get; }

    /// <summary>The layout at the tree's root, or null when there is none.</summary>
    /// <exception cref="InvalidDataException">There is one, but it is broken.</exception>
    public static ImageLayout? TryOpen(TreeStore trees, Digest tree)
    {
        var files = new LayoutFiles(trees, tree);
        return files.Find(MarkerPath) is not null && files.Find(IndexPath) is not null ? new ImageLayout(files) : null;
    }

    /// <summary>Reads the image that a manifest's descriptor refers to.</summary>
    /// <exception cref="InvalidDataException">It refers to something else, or to something broken.</exception>
    public ArtifactImage ReadImage(Descriptor descriptor)
    {
        if (!MediaTypes.IsManifest(descriptor.MediaType))
            throw new InvalidDataException($"{descriptor.Digest} is of the type '{descriptor.MediaType}'; an image manifest was expected.");
        var manifest = Read(descriptor, OciJson.Default.Manifest);
        var config = Read(manifest.Config, OciJson.Default.ImageConfig);
        if (config.RootFilesystem.DiffIds.Length != manifest.Layers.Length)
            throw new InvalidDataException($"{descriptor.Digest} has {manifest.Layers.Length} layers, but its config names {config.RootFilesystem.DiffIds.Length}.");
        return new ArtifactImage(manifest, config, FileSystemOf(descriptor));
    }

    /// <summary>What clients pull: the image, or the index when there are several.</summary>
    /// <exception cref="InvalidDataException">Something that the index refers to is missing or broken.</exception>
    public ImageSet ToImageSet()
    {
        var blobs = new OrderedDictionary<Digest, Descriptor>();
        if (Index.Manifests.Length != 1)
            blobs.Add(Content.Hash, Descriptor.Of(MediaTypes.ImageIndex, Content));
        foreach (var descriptor in Index.Manifests)
            Collect(descriptor, blobs, depth: 1);
        return new ImageSet(blobs.GetAt(0).Value, [.. blobs.Values]);
    }

    // Each index is read once: a few that refer to one another many times would otherwise give more images than there is time for.
    private IEnumerable<Descriptor> Manifests(ImageIndex index, HashSet<Digest> seen, int depth)
    {
        CheckDepth(depth);
        return index.Manifests.SelectMany(descriptor =>
            !MediaTypes.IsIndex(descriptor.MediaType) ? [descriptor]
            : seen.Add(descriptor.Digest) ? Manifests(Read(descriptor, OciJson.Default.ImageIndex), seen, depth + 1)
            : []);
    }

    private static void CheckDepth(int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException($"Its indexes are nested more than {MaxDepth} deep.");
    }

    private void Collect(Descriptor descriptor, OrderedDictionary<Digest, Descriptor> blobs, int depth)
    {
        CheckDepth(depth);
        // A layer that may not be distributed is fetched from its own address.
        if (descriptor.Urls is { IsEmpty: false } && FindBlob(descriptor) is null)
            return;
        Check(descriptor);
        if (!blobs.TryAdd(descriptor.Digest, descriptor))
            return;
        foreach (var below in Below(descriptor))
            Collect(below, blobs, depth + 1);
    }

    private ImmutableArray<Descriptor> Below(Descriptor descriptor)
    {
        if (MediaTypes.IsIndex(descriptor.MediaType))
            return Read(descriptor, OciJson.Default.ImageIndex).Manifests;
        if (!MediaTypes.IsManifest(descriptor.MediaType))
            return [];
        var manifest = Read(descriptor, OciJson.Default.Manifest);
        return [manifest.Config, .. manifest.Layers];
    }

    private T Read<T>(Descriptor descriptor, JsonTypeInfo<T> type)
    {
        Check(descriptor);
        return _files.ReadJson(PathOf(descriptor), type);
    }

    private void Check(Descriptor descriptor)
    {
        var blob = FindBlob(descriptor) ?? throw new InvalidDataException($"The blob {descriptor.Digest} is missing.");
        if (blob.Hash != descriptor.Digest)
            throw new InvalidDataException($"The blob {descriptor.Digest} holds other bytes than its name says.");
        if (blob.Size != descriptor.Size)
            throw new InvalidDataException($"The blob {descriptor.Digest} has {blob.Size} bytes, not the {descriptor.Size} of its descriptor.");
    }

    private SizedDigest? FindBlob(Descriptor descriptor) => _files.Find(PathOf(descriptor));

    private static string PathOf(Descriptor descriptor) => $"{BlobDirectory}/{descriptor.Digest.Hex}";

    private static Digest? FileSystemOf(Descriptor descriptor) =>
        descriptor.Annotations is { } annotations
        && annotations.TryGetValue(FileSystemAnnotation, out var text)
        && Digest.TryParse(text, out var tree) ? tree : null;
}
