using Bistro.Builder.Artifacts;
using Bistro.Builder.Builds;
using Bistro.Builder.Coordination;
using Bistro.Builder.Errors;
using Bistro.Builder.Images.Automatic;
using Bistro.Builder.Images.Declared;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;

namespace Bistro.Builder.Images;

/// <summary>
/// Says what an element is served as: the image layout that its artifact holds, or else an image of it and of all that it
/// needs to run, which is made once and kept.
/// </summary>
public sealed class ImageProvider(ElementBuilder builder, TreeStore trees, TreeCache images, LayerCache layers, BuildLogs logs) : IAsyncDisposable
{
    // Raise it when automatic images begin to look otherwise.
    private const string Format = "1";
    private const string Phase = "image";

    private readonly SingleFlight<string, ImageSet> _making = new();
    private readonly CancellationTokenSource _shutdown = new();

    /// <param name="element">The element; it and its runtime closure are built.</param>
    /// <param name="artifact">The files of its artifact.</param>
    /// <param name="cancellationToken">Ends the waiting; an image that is being made is finished for who asks next.</param>
    /// <exception cref="BuildException">The layout is broken, the public data is wrong, or the image cannot be made.</exception>
    public async Task<ImageSet> GetAsync(Element element, Digest artifact, CancellationToken cancellationToken)
    {
        try
        {
            if (ImageLayout.TryOpen(trees, artifact) is { } layout)
                return layout.ToImageSet();
            var key = KeyOf(element, artifact);
            return TryRead(images.Find(key))
                ?? await _making.RunAsync(key, () => MakeAsync(key, element, artifact)).WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or LoadException)
        {
            throw new BuildException(element.FullName, Phase, $"{element.FullName}: {failure.Message}", failure);
        }
    }

    /// <summary>Tells that an image that was made here is in use, so that others are evicted before it.</summary>
    public void NoteUse(Element element, Digest artifact) => images.Find(KeyOf(element, artifact));

    public async ValueTask DisposeAsync()
    {
        await _shutdown.CancelAsync();
        _shutdown.Dispose();
    }

    private async Task<ImageSet> MakeAsync(string key, Element element, Digest artifact)
    {
        var tree = element.Configuration is OciConfiguration { IsDocker: true }
            ? await ConvertAsync(element, artifact)
            : await ComposeAsync(element);
        await images.PutAsync(key, tree);
        return ImageLayout.TryOpen(trees, tree)!.ToImageSet();
    }

    private async Task<Digest> ComposeAsync(Element element)
    {
        await using var log = logs.Begin(element, Phase);
        using var build = builder.Prepare(element, TreeStore.Empty.Hash, log);
        return await new AutomaticImage(build, layers).AssembleAsync(_shutdown.Token);
    }

    // A registry speaks of manifests, which an archive for `docker load` has none of.
    private async Task<Digest> ConvertAsync(Element element, Digest artifact)
    {
        var archive = DockerLayout.TryOpen(trees, artifact) ?? throw new InvalidDataException($"'{DockerLayout.ManifestPath}' is missing.");
        var draft = trees.BeginDraft();
        await using var batch = trees.Content.BeginBatch();
        var written = archive.Images.Select(image => image.Write(batch)).ToList();
        var layout = ImageLayoutWriter.Write(written, annotations: null, ImageName.Of(element), batch, draft);
        await batch.CommitAsync(_shutdown.Token);
        return await draft.CommitAsync(layout, _shutdown.Token);
    }

    // An image that was made before but is not whole any more is made again.
    private ImageSet? TryRead(Digest? tree)
    {
        try
        {
            return tree is null ? null : ImageLayout.TryOpen(trees, tree.Value)?.ToImageSet();
        }
        catch (Exception failure) when (failure is InvalidDataException or Content.ContentMissingException)
        {
            return null;
        }
    }

    // Keys hold all that the image is made of but the description.
    private static string KeyOf(Element element, Digest artifact)
    {
        var key = KeyValue.Of(("format", Format), ("key", ImageKey.Of(element)), ("artifact", artifact.Hex), ("description", element.Description));
        return $"image {key.Hash().Hex}";
    }
}
