using System.Collections.Immutable;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Images.Permissions;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images;

/// <summary>
/// Writes the images of an artifact as a layout to serve. A <c>files</c> table of <c>bistro.yaml</c> cannot change an artifact, so
/// it becomes one more layer with the entries that it changes; the layers below stay those of the artifact.
/// </summary>
internal sealed class AmendedImages(TreeStore trees)
{
    private const string CreatedBy = "files of bistro.yaml";

    /// <exception cref="InvalidDataException">The artifact holds no image, or a broken one.</exception>
    /// <exception cref="Bistro.Model.Errors.LoadException">The table does not fit the images.</exception>
    public async Task<Digest> WriteAsync(
        ImageSource source, Digest artifact, ImmutableSortedDictionary<string, string>? annotations, CancellationToken cancellationToken)
    {
        await using var batch = trees.Content.BeginBatch();
        var images = ArtifactImage.ReadAll(trees, artifact);
        if (!source.Files.IsEmpty)
            images = await AmendAsync(images, [.. ImageRules.Of(source.Files)], batch, cancellationToken);
        var draft = trees.BeginDraft();
        var written = images.Select(image => image.Write(batch)).ToList();
        var layout = ImageLayoutWriter.Write(written, annotations, source.Element, batch, draft);
        await batch.CommitAsync(cancellationToken);
        return await draft.CommitAsync(layout, cancellationToken);
    }

    private async Task<ImmutableArray<ArtifactImage>> AmendAsync(
        ImmutableArray<ArtifactImage> images, ImmutableArray<DeclaredRule> rules, IContentBatch batch, CancellationToken cancellationToken)
    {
        var set = new FileRuleSet(trees);
        var amended = ImmutableArray.CreateBuilder<ArtifactImage>();
        var tree = TreeStore.Empty.Hash;
        foreach (var image in images)
        {
            (var entries, tree) = await image.UseFileSystemAsync(trees, CompareAsync, cancellationToken);
            amended.Add(entries.Count == 0
                ? image
                : image.With(await new LayerWriter(trees).WriteAsync(entries, LayerCompression.Gzip, batch, cancellationToken), CreatedBy, tree, batch));
        }
        set.Check(_ => null, tree);
        return amended.DrainToImmutable();

        async Task<(IReadOnlyList<LayerEntry> Entries, Digest Tree)> CompareAsync(Digest before)
        {
            var draft = trees.BeginDraft();
            var after = await draft.CommitAsync(set.Apply(rules, draft, before), cancellationToken);
            return (trees.Difference(before, after), after);
        }
    }
}
