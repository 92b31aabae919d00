using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>An entry of a tree at its absolute path.</summary>
public readonly record struct TreeEntry(string Path, TreeNode Node);

/// <summary>Looks up entries of trees.</summary>
public static class TreeWalk
{
    /// <summary>Every entry below the root, each directory before its entries, in the order of names.</summary>
    /// <exception cref="TreeException">A path is too long.</exception>
    public static IEnumerable<TreeEntry> Walk(this TreeStore trees, Digest tree)
    {
        var open = new Stack<(string Path, TreeDirectory Directory, int Next)>();
        open.Push(("/", trees.Read(tree), 0));
        while (open.TryPop(out var current))
        {
            if (current.Next == current.Directory.Nodes.Length)
                continue;
            open.Push(current with { Next = current.Next + 1 });
            var node = current.Directory.Nodes[current.Next];
            var below = TreePath.Join(current.Path, node.Name);
            yield return new TreeEntry(below, node);
            if (node is DirectoryNode directory)
                open.Push((below, trees.Read(directory.Tree.Hash), 0));
        }
    }

    /// <summary>The entry at a path, or null. Links are not followed; <c>/</c> is a directory without a name.</summary>
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

    /// <summary>The directory at a path as a tree, or null when there is none.</summary>
    public static Digest? Subtree(this TreeStore trees, Digest tree, string path) =>
        trees.Find(tree, path) is DirectoryNode directory ? directory.Tree.Hash : null;
}
