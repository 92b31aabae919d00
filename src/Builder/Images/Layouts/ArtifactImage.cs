using System.Collections.Immutable;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layouts;

/// <summary>An image that an artifact holds.</summary>
/// <param name="Manifest">The manifest; its layers and its config are objects of the store.</param>
/// <param name="Config">The config, parsed.</param>
/// <param name="FileSystem">The tree that its layers make, where the layout names it.</param>
public sealed record ArtifactImage(Manifest Manifest, ImageConfig Config, Digest? FileSystem)
{
    /// <summary>The layers, the base first.</summary>
    public ImmutableArray<Layer> Layers => [.. Manifest.Layers.Zip(Config.RootFilesystem.DiffIds, (blob, diffId) => new Layer(blob, diffId))];

    /// <summary>The config's history, or one entry for each layer where it has none.</summary>
    public ImmutableArray<HistoryEntry> History => Config.History ?? [.. Manifest.Layers.Select(_ => new HistoryEntry { Created = Config.Created })];

    /// <summary>The image with one more layer on top, written to the batch.</summary>
    internal ArtifactImage With(Layer layer, string createdBy, Digest fileSystem, IContentBatch batch)
    {
        var config = Config with
        {
            RootFilesystem = Config.RootFilesystem with { DiffIds = Config.RootFilesystem.DiffIds.Add(layer.DiffId) },
            History = History.Add(new HistoryEntry { Created = Config.Created, CreatedBy = createdBy }),
        };
        var blob = batch.Add(OciJson.Serialize(config, OciJson.Default.ImageConfig));
        return new ArtifactImage(
            Manifest with { Config = Descriptor.Of(Manifest.Config.MediaType, blob), Layers = Manifest.Layers.Add(layer.Blob) },
            config,
            fileSystem);
    }

    /// <summary>Writes the manifest, so that it can be served.</summary>
    internal WrittenImage Write(IContentBatch batch)
    {
        var descriptor = Descriptor.Of(Manifest.MediaType ?? MediaTypes.Manifest, batch.Add(OciJson.Serialize(Manifest, OciJson.Default.Manifest)));
        return new WrittenImage(descriptor with { Platform = Config.Platform }, Manifest, FileSystem);
    }

    /// <summary>Whether a tree holds images, and not the filesystem of one.</summary>
    public static bool IsImage(TreeStore trees, Digest tree) =>
        trees.Find(tree, ImageLayout.MarkerPath) is not null || trees.Find(tree, DockerLayout.ManifestPath) is not null;

    /// <summary>The images of an artifact, in the order in which <c>parent: {image: N}</c> counts them.</summary>
    /// <exception cref="InvalidDataException">The tree holds no images, or broken ones. The message is a sentence for the user.</exception>
    public static ImmutableArray<ArtifactImage> ReadAll(TreeStore trees, Digest tree)
    {
        if (ImageLayout.TryOpen(trees, tree) is { } layout)
            return layout.Images;
        if (DockerLayout.TryOpen(trees, tree) is { } docker)
            return docker.Images;
        throw new InvalidDataException("It holds no image: its root has neither 'oci-layout' with 'index.json' nor 'manifest.json'.");
    }
}
