using System.Collections.Immutable;
using System.Text;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Builder.Images.Declared;

/// <summary>
/// Makes the images of an <c>oci</c> element. A layer holds what turns the parent's filesystem into that of its elements
/// and their runtime dependencies, so these must be the complete result: what they lack is gone.
/// </summary>
internal sealed class ImageAssembler(ElementBuild build, OciConfiguration configuration)
{
    private readonly LayerWriter _layers = new(build.Trees);

    /// <returns>The artifact: an OCI image layout, or what <c>docker load</c> reads.</returns>
    /// <exception cref="BuildException">A layer or a parent is not what the configuration says.</exception>
    public async Task<Digest> AssembleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var batch = build.Content.BeginBatch();
            var images = new List<WrittenImage>();
            foreach (var image in configuration.Images)
                images.Add((await AssembleAsync(image, batch, cancellationToken)).Write(batch));
            var draft = build.Trees.BeginDraft();
            var layout = configuration.IsDocker ? WriteDocker(images, batch, draft) : WriteOci(images, batch, draft);
            await batch.CommitAsync(cancellationToken);
            return await draft.CommitAsync(layout, cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or TreeException)
        {
            throw new BuildException(build.Element.FullName, "assemble", failure.Message, failure);
        }
    }

    private async Task<ImageDraft> AssembleAsync(OciImageDeclaration image, IContentBatch batch, CancellationToken cancellationToken)
    {
        var parent = image.Parent is null ? null : await ReadParentAsync(image.Parent, cancellationToken);
        var created = SourceDateEpoch.Of(build.Element);
        var draft = new ImageDraft
        {
            Platform = PlatformOf(image),
            Created = created,
            Author = image.Author,
            Config = ContainerConfigs.Inherit(parent?.Config.Config, image.Config),
            Annotations = image.Annotations?.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Layers = parent?.Layers ?? [],
            History = parent?.History ?? [],
            FileSystem = parent?.FileSystem,
        };
        Layer? layer = null;
        if (image.Layer is { } elements)
        {
            var tree = await StageAsync(elements.Select(Find), cancellationToken);
            layer = await WriteLayerAsync(parent, tree, batch, cancellationToken);
            draft = draft with { FileSystem = tree };
        }

        // An image without any layer is legal, but not every client knows.
        if (layer is null && draft.Layers.IsEmpty)
            layer = await _layers.WriteAsync([], Compression, batch, cancellationToken);
        return draft.With(layer, new HistoryEntry
        {
            CreatedBy = $"{build.Element.Project.Name}:{build.Element.Name}",
            Author = image.Author,
            Comment = image.Comment,
        });
    }

    /// <returns>The layer, or null when there is nothing to add or to take away.</returns>
    private async Task<Layer?> WriteLayerAsync(ArtifactImage? parent, Digest tree, IContentBatch batch, CancellationToken cancellationToken)
    {
        var entries = await DifferenceAsync(parent, tree, cancellationToken);
        if (entries.Count == 0)
            return null;
        var layer = await _layers.WriteAsync(entries, Compression, batch, cancellationToken);
        var gone = entries.Count(entry => entry.Node is null);
        await LogAsync($"Layer {layer.Blob.Digest}: {entries.Count - gone} entries, {gone} whiteouts, {layer.Blob.Size} bytes\n", cancellationToken);
        return layer;
    }

    // The parent names the tree that its layers make; when that is collected, or the parent is of others, the layers tell.
    private async Task<IReadOnlyList<LayerEntry>> DifferenceAsync(ArtifactImage? parent, Digest tree, CancellationToken cancellationToken)
    {
        if (parent is null)
            return build.Trees.Complete(tree);
        if (parent.FileSystem is { } known && build.Trees.TryDifference(known, tree) is { } entries)
            return entries;
        await LogAsync("Reading the parent's layers\n", cancellationToken);
        var below = await build.Trees.ApplyLayersAsync(parent.Manifest.Layers.Select(layer => layer.Digest), cancellationToken);
        return build.Trees.Difference(below, tree);
    }

    private async Task<ArtifactImage> ReadParentAsync(OciParent parent, CancellationToken cancellationToken)
    {
        var tree = await StageAsync([Find(parent.Element)], cancellationToken);
        var images = ArtifactImage.ReadAll(build.Trees, tree);
        return parent.Image >= 0 && parent.Image < images.Length
            ? images[parent.Image]
            : throw new InvalidDataException($"The parent '{parent.Element}' has {images.Length} images, so there is none with the index {parent.Image}.");
    }

    /// <summary>The elements with their runtime dependencies, laid over one another.</summary>
    private async Task<Digest> StageAsync(IEnumerable<Element> elements, CancellationToken cancellationToken)
    {
        var layers = Closure.Runtime(elements).Select(element => new TreeLayer(build.Artifact(element)));
        return (await build.Trees.MergeAsync([.. layers], cancellationToken)).Tree;
    }

    // By the name as the element's own file writes it, or by that of something a dependency brings along.
    private Element Find(string name) =>
        build.Element.Dependencies.FirstOrDefault(dependency => dependency.IsBuild && dependency.Path == name)?.Element
        ?? Closure.Build(build.Element).FirstOrDefault(element => element.Name == name || element.FullName == name)
        ?? throw new InvalidDataException($"'{name}' is named in an image, but it is no build dependency. Add it to 'build-depends'.");

    private Digest WriteOci(List<WrittenImage> images, IContentBatch batch, TreeDraft draft) => ImageLayoutWriter.Write(
        images, configuration.Annotations?.ToImmutableSortedDictionary(StringComparer.Ordinal), ImageName.Of(build.Element), batch, draft);

    private Digest WriteDocker(List<WrittenImage> images, IContentBatch batch, TreeDraft draft)
    {
        var layout = new DockerLayoutWriter(batch, draft);
        foreach (var (image, declaration) in images.Zip(configuration.Images))
            layout.Add(image, declaration.Tags);
        return layout.Finish();
    }

    private LayerCompression Compression => configuration.Compress ? LayerCompression.Gzip : LayerCompression.None;

    private ValueTask LogAsync(string line, CancellationToken cancellationToken) =>
        build.Log.WriteAsync(Encoding.UTF8.GetBytes(line), cancellationToken);

    private static Platform PlatformOf(OciImageDeclaration image) => new()
    {
        Architecture = image.Architecture,
        Os = image.Os,
        Variant = image.Variant,
        OsVersion = image.OsVersion,
        OsFeatures = image.OsFeatures,
    };
}
