using Bistro.Builder.Content;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>An entry of a layer.</summary>
/// <param name="Path">Relative to the root, without a leading slash.</param>
/// <param name="Node">What is there; null when what a layer below has there is gone (image-spec: Layer, Whiteouts).</param>
public readonly record struct LayerEntry(string Path, TreeNode? Node);

/// <summary>What a layer must hold to make one filesystem of another.</summary>
public static class LayerContents
{
    /// <summary>The whole tree, as the first layer of an image holds it.</summary>
    public static IReadOnlyList<LayerEntry> Complete(this TreeStore trees, Digest tree) =>
        trees.Difference(TreeStore.Empty.Hash, tree);

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

    /// <summary>
    /// What is new, different or gone, and the directories that lead to it, so that a reader of this layer alone knows
    /// their modes. Sorted by path.
    /// </summary>
    public static IReadOnlyList<LayerEntry> Difference(this TreeStore trees, Digest before, Digest after)
    {
        var entries = new List<LayerEntry>();
        var directories = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in trees.Compare(before, after))
        {
            var path = change.Path[1..];
            AddParents(path);
            entries.Add(new LayerEntry(path, change.After));
            if (change.After is DirectoryNode)
                directories.Add(path);
        }

        entries.Sort(static (left, right) => NodeNames.Compare(left.Path, right.Path));
        return entries;

        void AddParents(string path)
        {
            for (var slash = path.LastIndexOf('/'); slash > 0 && directories.Add(path[..slash]); slash = path.LastIndexOf('/', slash - 1))
                entries.Add(new LayerEntry(path[..slash], trees.Find(after, path[..slash])));
        }
    }
}
