using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>An entry of a tree at its absolute path.</summary>
public readonly record struct TreeEntry(string Path, TreeNode Node);

/// <summary>Looking into trees.</summary>
public static class TreeWalk
{
    /// <summary>Every entry below the root, each directory before what is in it, names in their order.</summary>
    public static IEnumerable<TreeEntry> Walk(this TreeStore trees, Digest tree, string path = "/")
    {
        foreach (var node in trees.Read(tree).Nodes)
        {
            var below = TreePath.Join(path, node.Name);
            yield return new TreeEntry(below, node);
            if (node is not DirectoryNode directory)
                continue;
            foreach (var entry in trees.Walk(directory.Tree.Hash, below))
                yield return entry;
        }
    }

    /// <summary>The entry at a path, or null. Links on the way are not followed; <c>/</c> is a directory without a name.</summary>
    public static TreeNode? Find(this TreeStore trees, Digest tree, string path)
    {
        TreeNode? node = new DirectoryNode("", new SizedDigest(tree, 0));
        foreach (var segment in TreePath.Split(path))
        {
            if (node is not DirectoryNode directory)
                return null;
            node = trees.Read(directory.Tree.Hash).Find(segment);
        }
        return node;
    }

    /// <summary>The directory at a path as a tree of its own, or null when there is none.</summary>
    public static Digest? Subtree(this TreeStore trees, Digest tree, string path) =>
        trees.Find(tree, path) is DirectoryNode directory ? directory.Tree.Hash : null;
}
