using Bistro.Model.Content;
using Bistro.Model.Folders;

namespace Bistro.Builder.Trees;

/// <summary>Changes one entry of a tree, or selects some of its entries.</summary>
public static class TreeEditing
{
    /// <summary>The tree with this entry at a path, in place of any other. Missing directories above it are created.</summary>
    /// <param name="draft">Takes the result.</param>
    /// <param name="tree">The tree to change.</param>
    /// <param name="directory">The path of the directory that gets the entry.</param>
    /// <param name="node">The entry.</param>
    /// <exception cref="TreeException">An entry above it is not a directory.</exception>
    public static Digest Put(this TreeDraft draft, Digest tree, string directory, TreeNode node) =>
        draft.Change(tree, TreePath.Split(directory), below => below.With(node)).Hash;

    /// <summary>The tree without the entry at a path; the same tree when there is none.</summary>
    public static Digest Remove(this TreeDraft draft, Digest tree, string path)
    {
        var segments = TreePath.Split(path);
        if (segments.Length == 0)
            return TreeStore.Empty.Hash;
        var (above, name) = (segments[..^1], segments[^1]);
        return draft.Has(tree, segments) ? draft.Change(tree, above, below => below.Without(name)).Hash : tree;
    }

    /// <summary>
    /// The chosen entries, by their absolute paths. A directory stays when it is chosen itself, or when anything in it is.
    /// </summary>
    /// <exception cref="TreeException">A path is too long.</exception>
    public static Digest Filter(this TreeDraft draft, Digest tree, Func<string, bool> isChosen) => FolderFold.Run<FilteredFolder, SizedDigest>(
        new FilteredFolder("/", draft.Measure(tree), draft.Read(tree)),
        folder =>
        [
            .. folder.Directory.Nodes.OfType<DirectoryNode>()
                .Select(below => new FilteredFolder(TreePath.Join(folder.Path, below.Name), below.Tree, draft.Read(below.Tree.Hash))),
        ],
        (folder, below) => draft.Choose(folder, below, isChosen)).Hash;

    private static SizedDigest Change(this TreeDraft draft, Digest tree, ReadOnlySpan<string> segments, Func<TreeDirectory, TreeDirectory> change)
    {
        var above = new List<TreeDirectory>(segments.Length);
        foreach (var segment in segments)
        {
            var directory = draft.Read(tree);
            above.Add(directory);
            tree = directory.Find(segment) switch
            {
                null => TreeStore.Empty.Hash,
                DirectoryNode there => there.Tree.Hash,
                _ => throw new TreeException($"'{segment}' is not a directory."),
            };
        }
        var changed = draft.Add(change(draft.Read(tree)));
        for (var i = above.Count - 1; i >= 0; i--)
            changed = draft.Add(above[i].With(new DirectoryNode(segments[i], changed)));
        return changed;
    }

    private static bool Has(this TreeDraft draft, Digest tree, ReadOnlySpan<string> segments)
    {
        foreach (var segment in segments[..^1])
        {
            if (draft.Read(tree).Find(segment) is not DirectoryNode below)
                return false;
            tree = below.Tree.Hash;
        }
        return draft.Read(tree).Find(segments[^1]) is not null;
    }

    private static SizedDigest Choose(this TreeDraft draft, FilteredFolder folder, IReadOnlyList<SizedDigest> below, Func<string, bool> isChosen)
    {
        var chosen = new List<TreeNode>(folder.Directory.Nodes.Length);
        var directories = 0;
        foreach (var node in folder.Directory.Nodes)
        {
            var isSelf = isChosen(TreePath.Join(folder.Path, node.Name));
            if (node is not DirectoryNode)
            {
                if (isSelf)
                    chosen.Add(node);
                continue;
            }
            var rest = below[directories++];
            if (isSelf || rest != TreeStore.Empty)
                chosen.Add(new DirectoryNode(node.Name, rest));
        }
        return chosen.SequenceEqual(folder.Directory.Nodes) ? folder.Tree : draft.Add(TreeDirectory.Create(chosen));
    }

    private sealed record FilteredFolder(string Path, SizedDigest Tree, TreeDirectory Directory);
}
