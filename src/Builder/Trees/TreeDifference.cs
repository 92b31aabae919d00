using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>How an entry of a tree differs from the tree it is compared with.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Before">The entry before; null when there was none.</param>
/// <param name="After">The entry now; null when it was removed.</param>
public readonly record struct TreeChange(string Path, TreeNode? Before, TreeNode? After);

/// <summary>The changes from one tree to another. Equal subtrees are not read.</summary>
public static class TreeDifference
{
    /// <summary>
    /// The changes in the order of a walk. A new or removed directory is one change; the entries of a new one follow it. A
    /// directory that is in both trees is a change itself only when its own properties differ.
    /// </summary>
    /// <exception cref="TreeException">A path is too long.</exception>
    public static IEnumerable<TreeChange> Compare(this TreeStore trees, Digest before, Digest after)
    {
        if (before == after)
            yield break;
        var open = new Stack<(string Path, IEnumerator<(TreeNode? Old, TreeNode? Current)> Entries)>();
        open.Push(("/", trees.Pairs(before, after)));
        while (open.TryPeek(out var directory))
        {
            if (!directory.Entries.MoveNext())
            {
                open.Pop();
                continue;
            }
            var (old, current) = directory.Entries.Current;
            if (old == current)
                continue;
            var below = TreePath.Join(directory.Path, (current ?? old)!.Name);
            var (oldTree, currentTree) = (TreeOf(old), TreeOf(current));
            if (oldTree is null || currentTree is null || trees.Read(oldTree.Value).Properties != trees.Read(currentTree.Value).Properties)
                yield return new TreeChange(below, old, current);
            if (currentTree is not null)
                open.Push((below, trees.Pairs(oldTree ?? TreeStore.Empty.Hash, currentTree.Value)));
        }
    }

    private static Digest? TreeOf(TreeNode? node) => (node as DirectoryNode)?.Tree.Hash;

    // The entries of two directories, paired by name.
    private static IEnumerator<(TreeNode? Old, TreeNode? Current)> Pairs(this TreeStore trees, Digest before, Digest after)
    {
        var (old, current) = (trees.Read(before).Nodes, trees.Read(after).Nodes);
        var (i, j) = (0, 0);
        while (i < old.Length || j < current.Length)
        {
            var order = i == old.Length ? 1 : j == current.Length ? -1 : NodeNames.Compare(old[i].Name, current[j].Name);
            yield return (order <= 0 ? old[i++] : null, order >= 0 ? current[j++] : null);
        }
    }
}
