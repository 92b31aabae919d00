using System.Collections.Immutable;
using System.Text;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Images.Permissions;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Errors;

namespace Bistro.Builder.Images.Declared;

/// <summary>
/// Makes the images of an <c>oci</c> element. A layer holds the difference between the parent's filesystem and that of its
/// elements with their runtime dependencies, which must be the complete result: files that only the parent has are removed.
/// </summary>
internal sealed class ImageAssembler(ElementBuild build, OciConfiguration configuration)
{
    private readonly LayerWriter _layers = new(build.Trees);
    private readonly FileRuleSet _rules = new(build.Trees);

    /// <returns>The artifact: an OCI image layout, or an archive for <c>docker load</c>.</returns>
    /// <exception cref="BuildException">A layer or a parent is not what the configuration expects.</exception>
    public async Task<Digest> AssembleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var batch = build.Content.BeginBatch();
            var images = new List<WrittenImage>();
            foreach (var image in configuration.Images)
                images.Add((await AssembleAsync(image, batch, cancellationToken)).Write(batch));
            _rules.Check(build.ArtifactOf, images is [.., { FileSystem: { } tree }] ? tree : TreeStore.Empty.Hash);
            var draft = build.Trees.BeginDraft();
            var layout = configuration.IsDocker ? WriteDocker(images, batch, draft) : WriteOci(images, batch, draft);
            await batch.CommitAsync(cancellationToken);
            return await draft.CommitAsync(layout, cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or TreeException or LoadException)
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
        var elements = image.Layer?.Select(Find).ToList();
        var rules = ImageRules.Of(build.Element, Closure.Runtime(elements ?? []));
        if (elements is not null || rules.Length > 0)
        {
            Digest? own = elements is null ? null : await StageAsync(elements, cancellationToken);
            var (entries, tree) = await ResolveAsync(parent, own, rules, cancellationToken);
            layer = await WriteLayerAsync(entries, batch, cancellationToken);
            draft = draft with { FileSystem = tree };
        }

        // An image without layers is valid, but some clients refuse it.
        if (layer is null && draft.Layers.IsEmpty)
            layer = await _layers.WriteAsync([], Compression, batch, cancellationToken);
        return draft.With(layer, new HistoryEntry
        {
            CreatedBy = $"{build.Element.Project.Name}:{build.Element.Name}",
            Author = image.Author,
            Comment = image.Comment,
        });
    }

    /// <returns>The layer, or null when there is nothing to add or to remove.</returns>
    private async Task<Layer?> WriteLayerAsync(IReadOnlyList<LayerEntry> entries, IContentBatch batch, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return null;
        var layer = await _layers.WriteAsync(entries, Compression, batch, cancellationToken);
        var gone = entries.Count(entry => entry.Node is null);
        await LogAsync($"Layer {layer.Blob.Digest}: {entries.Count - gone} entries, {gone} whiteouts, {layer.Blob.Size} bytes\n", cancellationToken);
        return layer;
    }

    /// <summary>The entries of the layer, and the filesystem that it makes of the parent's.</summary>
    /// <param name="parent">The parent, or null.</param>
    /// <param name="own">What the layer's elements make; null where the layer only changes attributes of the parent's files.</param>
    /// <param name="rules">The rules for the result.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    private Task<(IReadOnlyList<LayerEntry> Entries, Digest Tree)> ResolveAsync(
        ArtifactImage? parent, Digest? own, ImmutableArray<DeclaredRule> rules, CancellationToken cancellationToken)
    {
        return parent is null ? CompareAsync(TreeStore.Empty.Hash) : parent.UseFileSystemAsync(build.Trees, CompareAsync, cancellationToken);

        async Task<(IReadOnlyList<LayerEntry> Entries, Digest Tree)> CompareAsync(Digest below)
        {
            var draft = build.Trees.BeginDraft();
            var tree = own is null ? below : draft.Inherit(below, own.Value);
            tree = await draft.CommitAsync(_rules.Apply(rules, draft, tree), cancellationToken);
            return (build.Trees.Difference(below, tree), tree);
        }
    }

    private async Task<ArtifactImage> ReadParentAsync(OciParent parent, CancellationToken cancellationToken)
    {
        var tree = await StageAsync([Find(parent.Element)], cancellationToken);
        var images = ReadImages(parent, tree);
        return parent.Image >= 0 && parent.Image < images.Length
            ? images[parent.Image]
            : throw new InvalidDataException($"The parent '{parent.Element}' has {images.Length} images, so there is none with the index {parent.Image}.");
    }

    private ImmutableArray<ArtifactImage> ReadImages(OciParent parent, Digest tree)
    {
        try
        {
            return ArtifactImage.ReadAll(build.Trees, tree);
        }
        catch (InvalidDataException failure)
        {
            throw new InvalidDataException($"The parent '{parent.Element}' is not an image. {failure.Message}", failure);
        }
    }

    /// <summary>The elements with their runtime dependencies, merged.</summary>
    private async Task<Digest> StageAsync(IEnumerable<Element> elements, CancellationToken cancellationToken)
    {
        var layers = Closure.Runtime(elements).Select(element => new TreeLayer(build.Artifact(element)));
        return (await build.Trees.MergeAsync([.. layers], cancellationToken)).Tree;
    }

    private Element Find(string name) => OciImages.Find(build.Element.Dependencies, name)
        ?? throw new InvalidDataException($"'{name}' is named in an image, but it is not a build dependency. Add it to 'build-depends'.");

    private Digest WriteOci(List<WrittenImage> images, IContentBatch batch, TreeDraft draft) => ImageLayoutWriter.Write(
        images, configuration.Annotations?.ToImmutableSortedDictionary(StringComparer.Ordinal), build.Element, batch, draft);

    private Digest WriteDocker(List<WrittenImage> images, IContentBatch batch, TreeDraft draft)
    {
        var layout = new DockerLayoutWriter(batch, draft);
        foreach (var (image, declaration) in images.Zip(configuration.Images))
            layout.Add(image, declaration.Tags is { } tags ? [.. tags.Select(tag => ImageName.Normalize(tag) ?? tag)] : null);
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
