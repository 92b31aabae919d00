using System.Collections.Immutable;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Oci;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layouts;

/// <summary>An image that is being put together: what there is so far, and what it will say of itself.</summary>
internal sealed record ImageDraft
{
    public required Platform Platform { get; init; }

    /// <summary>RFC 3339. Of the image and of each step that adds to it.</summary>
    public required string Created { get; init; }

    public string? Author { get; init; }

    public ContainerConfig? Config { get; init; }

    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    /// <summary>The base first.</summary>
    public ImmutableArray<Layer> Layers { get; init; } = [];

    public ImmutableArray<HistoryEntry> History { get; init; } = [];

    /// <summary>The tree that the layers make; null if it is not known.</summary>
    public Digest? FileSystem { get; init; }

    /// <summary>The image with one step more; the layer is null when the step changes the config alone.</summary>
    public ImageDraft With(Layer? layer, HistoryEntry step) => this with
    {
        Layers = layer is null ? Layers : Layers.Add(layer),
        History = History.Add(step with { Created = Created, EmptyLayer = layer is null ? true : null }),
    };

    /// <summary>Writes the config and the manifest.</summary>
    public WrittenImage Write(IContentBatch batch)
    {
        var config = new ImageConfig
        {
            Created = Created,
            Author = Author,
            Architecture = Platform.Architecture,
            Os = Platform.Os,
            Variant = Platform.Variant,
            OsVersion = Platform.OsVersion,
            OsFeatures = Platform.OsFeatures,
            Config = Config,
            RootFilesystem = new RootFilesystem { DiffIds = [.. Layers.Select(layer => layer.DiffId)] },
            History = History,
        };
        var manifest = new Manifest
        {
            MediaType = MediaTypes.Manifest,
            Config = Descriptor.Of(MediaTypes.Config, batch.Add(OciJson.Serialize(config, OciJson.Default.ImageConfig))),
            Layers = [.. Layers.Select(layer => layer.Blob)],
            Annotations = Annotations,
        };
        var descriptor = Descriptor.Of(MediaTypes.Manifest, batch.Add(OciJson.Serialize(manifest, OciJson.Default.Manifest)));
        return new WrittenImage(descriptor with { Platform = Platform }, manifest, FileSystem);
    }
}
