using System.Collections.Immutable;
using Bistro.Builder.Builds;
using Bistro.Builder.Images.Declared;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Images.Permissions;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Builder.Images.Automatic;

/// <summary>
/// Makes an image of an element that does not describe one: the element with its runtime dependencies, integrated. The config
/// comes from the element's public data, <c>oci: {config: …}</c>, with the keys of the <c>oci</c> kind.
/// </summary>
/// <param name="build">The element, with its closure.</param>
/// <param name="cache">Layers that were made before.</param>
/// <param name="files">The <c>files</c> table of the image in <c>bistro.yaml</c>.</param>
internal sealed class AutomaticImage(ElementBuild build, LayerTable cache, ImmutableArray<FileRule> files)
{
    private readonly LayerWriter _writer = new(build.Trees);

    /// <returns>The image, as the root of an OCI image layout.</returns>
    /// <exception cref="Errors.BuildException">The elements do not fit together, or an integration command failed.</exception>
    /// <exception cref="Bistro.Model.Errors.LoadException">A table of files does not fit the image.</exception>
    public async Task<Digest> AssembleAsync(CancellationToken cancellationToken)
    {
        var closure = Closure.Runtime(build.Element);
        var tree = await build.LayAsync(closure, "/", cancellationToken);
        var integrated = await build.IntegrateAsync(tree, closure, cancellationToken);
        var whole = await ApplyRulesAsync(closure, integrated, cancellationToken);
        var steps = Plan(closure, tree);
        steps.Add(new Step(build.Trees.Difference(tree, integrated), "integration commands"));
        if (whole != integrated)
            steps = [.. steps.Select(step => new Step(WithAttributes(step.Entries, integrated, whole), step.Name))];
        // An image without layers is valid, but some clients refuse it.
        if (steps.RemoveAll(step => step.Entries.Count == 0) > 0 && steps.Count == 0)
            steps.Add(new Step([], build.Element.Name));
        var layers = await MakeLayersAsync(steps, cancellationToken);

        var draft = steps.Zip(layers).Aggregate(Describe(whole), (image, step) =>
            image.With(step.Second, new HistoryEntry { CreatedBy = step.First.Name }));
        return await StoreAsync(draft, cancellationToken);
    }

    /// <summary>The filesystem with the modes, owners and capabilities that are declared for it.</summary>
    private async Task<Digest> ApplyRulesAsync(List<Element> closure, Digest tree, CancellationToken cancellationToken)
    {
        var rules = new FileRuleSet(build.Trees);
        var draft = build.Trees.BeginDraft();
        var whole = rules.Apply([.. ImageRules.Defaults, .. ImageRules.Of(build.Element, closure), .. ImageRules.Of(files)], draft, tree);
        rules.Check(build.ArtifactOf, tree);
        return await draft.CommitAsync(whole, cancellationToken);
    }

    // Each entry gets its attributes in the layer that has its content, so that no content is in two layers.
    private LayerEntry[] WithAttributes(IReadOnlyList<LayerEntry> entries, Digest before, Digest after)
    {
        var changes = build.Trees.Compare(before, after).ToDictionary(change => change.Path[1..], StringComparer.Ordinal);
        return [.. entries.Select(entry =>
            changes.TryGetValue(entry.Path, out var change) && IsSame(entry.Node, change.Before) ? entry with { Node = change.After } : entry)];
    }

    // A layer may hold another version of the entry, which integration replaces.
    private static bool IsSame(TreeNode? entry, TreeNode? integrated) => entry == integrated || (entry is DirectoryNode && integrated is DirectoryNode);

    private List<Step> Plan(List<Element> closure, Digest tree)
    {
        var artifacts = closure.Select(build.Artifact).ToArray();
        var groups = LayerPlan.Create(closure, [.. artifacts.Select(SizeOf)]);
        var sources = groups
            .SelectMany((group, layer) => group.Elements.Select(index => (index, layer)))
            .OrderBy(place => place.index)
            .Select(place => new LayerSource(artifacts[place.index], place.layer));
        return [.. FileOwners.Divide(build.Trees, tree, sources, groups.Length).Zip(groups, (entries, group) => new Step(entries, group.Name))];
    }

    // Links and directories count too, so that an element of nothing else has a size.
    private long SizeOf(Digest artifact) =>
        build.Trees.Walk(artifact).Sum(entry => 1 + (entry.Node is FileNode file ? file.Content.Size : 0));

    private async Task<Layer[]> MakeLayersAsync(List<Step> steps, CancellationToken cancellationToken)
    {
        var recipes = steps.Select(step => LayerTable.RecipeOf(build.Trees, step.Entries, LayerCompression.Gzip)).ToArray();
        var layers = recipes.Select(cache.Find).ToArray();
        var missing = Enumerable.Range(0, steps.Count).Where(index => layers[index] is null).ToArray();
        await using (var batch = build.Content.BeginBatch())
        {
            await Parallel.ForEachAsync(missing, cancellationToken, async (index, token) =>
                layers[index] = await _writer.WriteAsync(steps[index].Entries, LayerCompression.Gzip, batch, token));
            await batch.CommitAsync(cancellationToken);
        }

        await Task.WhenAll(missing.Select(index => cache.PutAsync(recipes[index], layers[index]!)));
        return layers!;
    }

    private ImageDraft Describe(Digest fileSystem)
    {
        var labels = LabelsOf(build.Element);
        var checks = new OciChecks();
        var written = build.Element.Public.OptionalMapping("oci")?.OptionalMapping("config");
        var config = written is null ? null : OciContainerConfig.Read(written, isDocker: false, checks);
        checks.ThrowIfAny();
        return new ImageDraft
        {
            Platform = ImagePlatform.Of(build.Element.Sandbox),
            Created = SourceDateEpoch.Of(build.Element),
            Config = ContainerConfigs.Inherit(new ContainerConfig { Labels = labels }, config),
            Annotations = labels,
            FileSystem = fileSystem,
        };
    }

    private async Task<Digest> StoreAsync(ImageDraft image, CancellationToken cancellationToken)
    {
        var draft = build.Trees.BeginDraft();
        await using var batch = build.Content.BeginBatch();
        var layout = ImageLayoutWriter.Write([image.Write(batch)], annotations: null, build.Element, batch, draft);
        await batch.CommitAsync(cancellationToken);
        return await draft.CommitAsync(layout, cancellationToken);
    }

    private static ImmutableSortedDictionary<string, string> LabelsOf(Element element)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        labels["org.opencontainers.image.title"] = $"{element.Project.Name}/{element.NormalName}";
        if (element.Description.Length > 0)
            labels["org.opencontainers.image.description"] = element.Description;
        return labels.ToImmutable();
    }

    /// <summary>A layer to be made.</summary>
    private sealed record Step(IReadOnlyList<LayerEntry> Entries, string Name);
}
