using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>Changing one place of a tree, or choosing some of it.</summary>
public static class TreeEditing
{
    /// <summary>The tree with this entry at a path, whatever was there; directories on the way are made if absent.</summary>
    /// <param name="draft">Where the result is drafted.</param>
    /// <param name="tree">The tree to change.</param>
    /// <param name="directory">The path of the directory that gets the entry.</param>
    /// <param name="node">The entry.</param>
    /// <exception cref="TreeException">Something on the way is no directory.</exception>
    public static Digest Put(this TreeDraft draft, Digest tree, string directory, TreeNode node) =>
        draft.Change(tree, TreePath.Split(directory), below => below.With(node)).Hash;

    /// <summary>The tree without what is at a path; the same tree when nothing is.</summary>
    public static Digest Remove(this TreeDraft draft, Digest tree, string path)
    {
        var segments = TreePath.Split(path);
        if (segments.Length == 0)
            return TreeStore.Empty.Hash;
        var (above, name) = (segments[..^1], segments[^1]);
        return draft.Has(tree, segments) ? draft.Change(tree, above, below => below.Without(name)).Hash : tree;
    }

    /// <summary>
    /// The entries that are chosen, by their absolute paths. A directory stays when it is chosen itself, or when anything
    /// in it is.
    /// </summary>
    public static Digest Filter(this TreeDraft draft, Digest tree, Func<string, bool> isChosen) =>
        draft.Filter(draft.Measure(tree), "/", isChosen).Hash;

    private static SizedDigest Change(this TreeDraft draft, Digest tree, ReadOnlySpan<string> segments, Func<TreeDirectory, TreeDirectory> change)
    {
        var directory = draft.Read(tree);
        if (segments.IsEmpty)
            return draft.Add(change(directory));
        var below = directory.Find(segments[0]) switch
        {
            null => TreeStore.Empty.Hash,
            DirectoryNode there => there.Tree.Hash,
            _ => throw new TreeException($"'{segments[0]}' is no directory."),
        };
        return draft.Add(directory.With(new DirectoryNode(segments[0], draft.Change(below, segments[1..], change))));
    }

    private static bool Has(this TreeDraft draft, Digest tree, ReadOnlySpan<string> segments) => draft.Read(tree).Find(segments[0]) switch
    {
        null => false,
        DirectoryNode below when segments.Length > 1 => draft.Has(below.Tree.Hash, segments[1..]),
        _ => segments.Length == 1,
    };

    private static SizedDigest Filter(this TreeDraft draft, SizedDigest tree, string path, Func<string, bool> isChosen)
    {
        var directory = draft.Read(tree.Hash);
        var chosen = new List<TreeNode>(directory.Nodes.Length);
        foreach (var node in directory.Nodes)
        {
            var below = TreePath.Join(path, node.Name);
            var isSelf = isChosen(below);
            if (node is not DirectoryNode subdirectory)
            {
                if (isSelf)
                    chosen.Add(node);
                continue;
            }
            var rest = draft.Filter(subdirectory.Tree, below, isChosen);
            if (isSelf || rest != TreeStore.Empty)
                chosen.Add(new DirectoryNode(node.Name, rest));
        }
        return chosen.SequenceEqual(directory.Nodes) ? tree : draft.Add(TreeDirectory.Create(chosen));
    }
}
