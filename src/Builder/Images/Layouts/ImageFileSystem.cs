using Bistro.Builder.Content;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layouts;

/// <summary>The filesystem of an image that an artifact holds.</summary>
internal static class ImageFileSystem
{
    /// <summary>
    /// Works with the tree that the layout names, or where the store no longer has all of it, with the tree that the layers make:
    /// nothing keeps the former.
    /// </summary>
    public static async Task<T> UseFileSystemAsync<T>(
        this ArtifactImage image, TreeStore trees, Func<Digest, Task<T>> use, CancellationToken cancellationToken)
    {
        if (image.FileSystem is { } known)
        {
            try
            {
                return await use(known);
            }
            catch (ContentMissingException)
            {
                // The layers have it.
            }
        }
        return await use(await trees.ApplyLayersAsync(image.Manifest.Layers.Select(layer => layer.Digest), cancellationToken));
    }
}
