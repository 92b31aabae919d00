using Bistro.Builder.Content;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>What a layer must hold to make one filesystem of another.</summary>
public static class LayerContents
{
    /// <summary>The whole tree, as the first layer of an image holds it.</summary>
    public static IReadOnlyList<LayerEntry> Complete(this TreeStore trees, Digest tree) =>
        trees.Difference(TreeStore.Empty.Hash, tree);

    /// <summary>What is new, different or gone, sorted by path.</summary>
    public static IReadOnlyList<LayerEntry> Difference(this TreeStore trees, Digest before, Digest after)
    {
        var entries = new LayerEntries(trees, after);
        foreach (var change in trees.Compare(before, after))
            entries.Add(change.Path[1..], change.After);
        return entries.ToSorted();
    }

    /// <summary>The difference, or null when the store no longer has all of the first tree.</summary>
    public static IReadOnlyList<LayerEntry>? TryDifference(this TreeStore trees, Digest before, Digest after)
    {
        try
        {
            return trees.Difference(before, after);
        }
        catch (ContentMissingException)
        {
            return null;
        }
    }
}
