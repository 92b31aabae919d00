using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>How an entry of a tree differs from the tree it is compared with.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Before">What was there, or null.</param>
/// <param name="After">What is there, or null when it is gone.</param>
public readonly record struct TreeChange(string Path, TreeNode? Before, TreeNode? After);

/// <summary>What turns one tree into another. Equal subtrees are skipped unread.</summary>
public static class TreeDifference
{
    /// <summary>
    /// The changes in the order of a walk. What is new or gone as a directory is one change for the directory; the
    /// entries of a new one follow it. A directory that only differs inside is no change, its entries are.
    /// </summary>
    public static IEnumerable<TreeChange> Compare(this TreeStore trees, Digest before, Digest after) =>
        before == after ? [] : trees.Compare(before, after, "/");

    private static IEnumerable<TreeChange> Compare(this TreeStore trees, Digest before, Digest after, string path)
    {
        foreach (var (old, current) in Pairs(trees.Read(before).Nodes, trees.Read(after).Nodes))
        {
            if (old == current)
                continue;
            var below = TreePath.Join(path, (current ?? old)!.Name);
            var (oldTree, currentTree) = (TreeOf(old), TreeOf(current));
            if (oldTree is null || currentTree is null)
                yield return new TreeChange(below, old, current);
            if (currentTree is null)
                continue;
            foreach (var change in trees.Compare(oldTree ?? TreeStore.Empty.Hash, currentTree.Value, below))
                yield return change;
        }
    }

    private static Digest? TreeOf(TreeNode? node) => (node as DirectoryNode)?.Tree.Hash;

    // Entries of two directories side by side, by name.
    private static IEnumerable<(TreeNode? Old, TreeNode? Current)> Pairs(IReadOnlyList<TreeNode> old, IReadOnlyList<TreeNode> current)
    {
        var (i, j) = (0, 0);
        while (i < old.Count || j < current.Count)
        {
            var order = i == old.Count ? 1 : j == current.Count ? -1 : NodeNames.Compare(old[i].Name, current[j].Name);
            yield return (order <= 0 ? old[i++] : null, order >= 0 ? current[j++] : null);
        }
    }
}
