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
using Bistro.Model.Errors;
using Bistro.Model.Keys;

namespace Bistro.Builder.Images;

/// <summary>
/// Provides the image of an element: the image layout that its artifact holds, or else an image of the element and its
/// runtime dependencies, which is made once and kept.
/// </summary>
public sealed class ImageProvider(ElementBuilder builder, TreeStore trees, TreeTable images, LayerTable layers, BuildLogs logs) : IAsyncDisposable
{
    // Increase it when composed images change.
    private const string Format = "2";
    private const string Phase = "image";

    private readonly SingleFlight<string, ImageSet> _making = new();
    private readonly CancellationTokenSource _shutdown = new();

    /// <param name="source">The element and its table of files; it and its runtime closure are built.</param>
    /// <param name="artifact">The files of its artifact.</param>
    /// <param name="cancellationToken">Ends the waiting. An image that is being made is finished for the next caller.</param>
    /// <exception cref="BuildException">The layout is broken, the public data is wrong, or the image cannot be made.</exception>
    public async Task<ImageSet> GetAsync(ImageSource source, Digest artifact, CancellationToken cancellationToken)
    {
        var element = source.Element;
        try
        {
            if (source.Files.IsEmpty && ImageLayout.TryOpen(trees, artifact) is { } layout)
                return layout.ToImageSet();
            var key = KeyOf(source, artifact);
            return TryRead(images.Find(key))
                ?? await _making.RunAsync(key, () => MakeAsync(key, source, artifact)).WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or LoadException)
        {
            throw new BuildException(element.FullName, Phase, $"{element.FullName}: {failure.Message}", failure);
        }
    }

    /// <summary>Marks an image that was made here as used, so that others are evicted before it.</summary>
    public void NoteUse(ImageSource source, Digest artifact) => images.Find(KeyOf(source, artifact));

    public async ValueTask DisposeAsync()
    {
        await _shutdown.CancelAsync();
        _shutdown.Dispose();
    }

    private async Task<ImageSet> MakeAsync(string key, ImageSource source, Digest artifact)
    {
        // A registry serves manifests, which an archive for `docker load` does not have.
        var layout = ImageLayout.TryOpen(trees, artifact);
        var tree = layout is not null || source.Element.Configuration is OciConfiguration { IsDocker: true }
            ? await new AmendedImages(trees).WriteAsync(source, artifact, layout?.Annotations, _shutdown.Token)
            : await ComposeAsync(source);
        await images.PutAsync(key, tree);
        return ImageLayout.TryOpen(trees, tree)!.ToImageSet();
    }

    private async Task<Digest> ComposeAsync(ImageSource source)
    {
        await using var log = logs.Begin(source.Element, Phase);
        using var build = builder.Prepare(source.Element, TreeStore.Empty.Hash, log);
        return await new AutomaticImage(build, layers, source.Files).AssembleAsync(_shutdown.Token);
    }

    // An image that is no longer complete is made again.
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

    // Cache keys cover everything that the image is made of except the description.
    private static string KeyOf(ImageSource source, Digest artifact)
    {
        var key = KeyValue.Of(("format", Format), ("key", source.Key), ("artifact", artifact.Hex), ("description", source.Element.Description));
        return $"image {key.Hash().Hex}";
    }
}
