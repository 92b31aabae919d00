using System.Collections.Immutable;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layouts;

/// <summary>An image that an artifact holds.</summary>
/// <param name="Manifest">Its layers and its config, each an object of the store.</param>
/// <param name="Config">The config, read.</param>
/// <param name="FileSystem">The tree that its layers make, where the layout says so.</param>
public sealed record ArtifactImage(Manifest Manifest, ImageConfig Config, Digest? FileSystem)
{
    /// <summary>The layers, the base first.</summary>
    public ImmutableArray<Layer> Layers => [.. Manifest.Layers.Zip(Config.RootFilesystem.DiffIds, (blob, diffId) => new Layer(blob, diffId))];

    /// <summary>How it came about; where the config does not tell, at least as many entries as there are layers.</summary>
    public ImmutableArray<HistoryEntry> History => Config.History ?? [.. Manifest.Layers.Select(_ => new HistoryEntry { Created = Config.Created })];

    /// <summary>Writes the manifest, so that it can be served.</summary>
    internal WrittenImage Write(IContentBatch batch)
    {
        var descriptor = Descriptor.Of(MediaTypes.Manifest, batch.Add(OciJson.Serialize(Manifest, OciJson.Default.Manifest)));
        return new WrittenImage(descriptor with { Platform = Config.Platform }, Manifest, FileSystem);
    }

    /// <summary>The images of an artifact, in the order in which <c>parent: {image: N}</c> counts them.</summary>
    /// <exception cref="InvalidDataException">The tree holds no images, or broken ones. The message is a sentence for people.</exception>
    public static ImmutableArray<ArtifactImage> ReadAll(TreeStore trees, Digest tree)
    {
        if (ImageLayout.TryOpen(trees, tree) is { } layout)
            return [.. layout.Index.Manifests.Select(layout.ReadImage)];
        if (DockerLayout.TryOpen(trees, tree) is { } docker)
            return docker.Images;
        throw new InvalidDataException("It holds no images: there is neither an 'index.json' with 'oci-layout' nor a 'manifest.json' at its root.");
    }
}
