using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>The entries of a layer that turns one filesystem into another.</summary>
public static class LayerContents
{
    /// <summary>All entries of a tree, for the first layer of an image.</summary>
    public static IReadOnlyList<LayerEntry> Complete(this TreeStore trees, Digest tree) =>
        trees.Difference(TreeStore.Empty.Hash, tree);

    /// <summary>The entries that are new, different or gone, sorted by path.</summary>
    public static IReadOnlyList<LayerEntry> Difference(this TreeStore trees, Digest before, Digest after)
    {
        var entries = new LayerEntries(trees, after);
        foreach (var change in trees.Compare(before, after))
        {
            if (!trees.AreWrittenAlike(change.Before, change.After))
                entries.Add(change.Path[1..], change.After);
        }
        return entries.ToSorted();
    }
}
