using System.Collections.Immutable;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layouts;

/// <summary>
/// What <c>docker save</c> writes and <c>docker load</c> reads, held by a tree:
/// <code>
/// manifest.json             the images: where each one's config and layers are, and its tags
/// repositories              tags, for old readers
/// HEX.json                  a config, under its digest
/// ID/layer.tar              a layer, gzipped or not; beside it `json` and `VERSION` for old readers
/// </code>
/// Its files are objects of the store already; only a manifest must be written to serve them.
/// </summary>
public sealed class DockerLayout
{
    public const string ManifestPath = "manifest.json";

    private readonly LayoutFiles _files;

    private DockerLayout(LayoutFiles files)
    {
        _files = files;
        Images = [.. files.ReadJson(ManifestPath, OciJson.Default.ImmutableArrayDockerArchiveImage).Select(Read)];
    }

    public ImmutableArray<ArtifactImage> Images { get; }

    /// <summary>The layout at the tree's root, or null when there is none.</summary>
    /// <exception cref="InvalidDataException">There is one, but it is broken.</exception>
    public static DockerLayout? TryOpen(TreeStore trees, Digest tree)
    {
        var files = new LayoutFiles(trees, tree);
        return files.Find(ManifestPath) is null ? null : new DockerLayout(files);
    }

    private ArtifactImage Read(DockerArchiveImage image)
    {
        var config = _files.ReadJson(image.Config, OciJson.Default.ImageConfig);
        if (config.RootFilesystem.DiffIds.Length != image.Layers.Length)
            throw new InvalidDataException($"'{image.Config}' names {config.RootFilesystem.DiffIds.Length} layers, '{ManifestPath}' {image.Layers.Length}.");
        var manifest = new Manifest
        {
            MediaType = MediaTypes.Manifest,
            Config = Descriptor.Of(MediaTypes.Config, _files.FindRequired(image.Config)),
            Layers = [.. image.Layers.Select(path => ReadLayer(_files.FindRequired(path)))],
        };
        return new ArtifactImage(manifest, config, FileSystem: null);
    }

    private Descriptor ReadLayer(SizedDigest layer)
    {
        Span<byte> start = stackalloc byte[2];
        _files.ReadStart(layer, start);
        return Descriptor.Of(start is [0x1f, 0x8b] ? MediaTypes.LayerGzip : MediaTypes.Layer, layer);
    }
}
