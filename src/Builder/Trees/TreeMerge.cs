using System.Collections.Immutable;
using Bistro.Model.Content;
using Bistro.Model.Folders;

namespace Bistro.Builder.Trees;

/// <summary>A tree and the path where it is laid.</summary>
public sealed record TreeLayer(Digest Tree, string Path = "/");

/// <summary>Trees laid over one another.</summary>
/// <param name="Tree">The result.</param>
/// <param name="Overlaps">Files that several layers have.</param>
/// <param name="Unstaged">Files that were left out because they would have replaced a directory that is not empty.</param>
public sealed record MergeResult(Digest Tree, ImmutableArray<Overlap> Overlaps, ImmutableArray<UnstagedFile> Unstaged);

/// <summary>A file that several layers have. The last layer's file stays.</summary>
/// <param name="Path">Absolute, in the merged tree.</param>
/// <param name="Layers">Indexes of the layers, the bottom first.</param>
public sealed record Overlap(string Path, ImmutableArray<int> Layers);

/// <summary>A file that a layer has where another has a directory with entries.</summary>
public sealed record UnstagedFile(string Path, int Layer);

/// <summary>
/// Lays trees over one another in staging order, by BuildStream's rules. A later file replaces an earlier file or an empty
/// directory, but not a directory with entries. A subtree that only one layer has is taken by its digest, without reading it.
/// </summary>
public static class TreeMerge
{
    /// <exception cref="TreeException">A layer has a directory where a layer below it has a file or a link.</exception>
    public static MergeResult Merge(this TreeDraft draft, IReadOnlyList<TreeLayer> layers)
    {
        var merging = new Merging(draft);
        var parts = layers.Select((layer, index) => new Part(index, draft.Wrap(layer)));
        var tree = merging.Run([.. parts]);
        return new MergeResult(tree.Hash, [.. merging.Overlaps], [.. merging.Unstaged]);
    }

    /// <summary>Merges and stores the result.</summary>
    /// <exception cref="TreeException">A layer has a directory where a layer below it has a file or a link.</exception>
    public static async Task<MergeResult> MergeAsync(this TreeStore trees, IReadOnlyList<TreeLayer> layers, CancellationToken cancellationToken)
    {
        var draft = trees.BeginDraft();
        var result = draft.Merge(layers);
        await draft.CommitAsync(result.Tree, cancellationToken);
        return result;
    }

    // The layer as a tree that begins at the root.
    private static SizedDigest Wrap(this TreeDraft draft, TreeLayer layer) =>
        TreePath.Split(layer.Path).Reverse().Aggregate(
            draft.Measure(layer.Tree),
            (tree, name) => draft.Add(TreeDirectory.Create([new DirectoryNode(name, tree)])));

    private readonly record struct Part(int Layer, SizedDigest Tree);

    private sealed class Merging(TreeDraft draft)
    {
        public List<Overlap> Overlaps { get; } = [];

        public List<UnstagedFile> Unstaged { get; } = [];

        public SizedDigest Run(List<Part> parts) => FolderFold.Run<MergedFolder, SizedDigest>(new MergedFolder("/", parts), Open, Finish);

        /// <summary>Lays the entries of a directory over one another and returns the subdirectories that need merging.</summary>
        private List<MergedFolder> Open(MergedFolder folder)
        {
            if (folder.IsUniform)
            {
                CollectOverlaps(folder);
                return [];
            }
            foreach (var part in folder.Parts)
            {
                foreach (var node in draft.Read(part.Tree.Hash).Nodes)
                    Lay(folder.Path, node, part.Layer, folder.Entries);
            }
            foreach (var entry in folder.Entries.Values.Where(entry => entry.Files.Count > 1))
                Overlaps.Add(new Overlap(TreePath.Join(folder.Path, entry.Name), [.. entry.Files]));
            return [.. folder.Entries.Values.Where(entry => entry.File is null).Select(entry => new MergedFolder(TreePath.Join(folder.Path, entry.Name), entry.Parts))];
        }

        private SizedDigest Finish(MergedFolder folder, IReadOnlyList<SizedDigest> subfolders)
        {
            if (folder.IsUniform)
                return folder.Parts.Count == 0 ? TreeStore.Empty : folder.Parts[0].Tree;
            var merged = 0;
            return draft.Add(TreeDirectory.Create(
                folder.Entries.Values.Select(entry => entry.File ?? new DirectoryNode(entry.Name, subfolders[merged++]))));
        }

        private void Lay(string directory, TreeNode node, int layer, Dictionary<string, Entry> entries)
        {
            if (!entries.TryGetValue(node.Name, out var entry))
                entries.Add(node.Name, new Entry(node, layer));
            else if (!entry.TryLay(node, layer))
                Refuse(TreePath.Join(directory, node.Name), node, layer, entry);
        }

        private void Refuse(string path, TreeNode node, int layer, Entry entry)
        {
            if (node is DirectoryNode)
                throw new TreeException($"{path} is a directory here, but a {(entry.File is LinkNode ? "symbolic link" : "file")} in what was staged before.");
            Unstaged.Add(new UnstagedFile(path, layer));
        }

        // Equal trees over one another need no merging, but each of their files overlaps.
        private void CollectOverlaps(MergedFolder folder)
        {
            if (folder.Parts.Count <= 1)
                return;
            ImmutableArray<int> layers = [.. folder.Parts.Select(part => part.Layer)];
            var pending = new Stack<(string Path, Digest Tree)>([(folder.Path, folder.Parts[0].Tree.Hash)]);
            while (pending.TryPop(out var current))
            {
                foreach (var node in draft.Read(current.Tree).Nodes)
                {
                    var below = TreePath.Join(current.Path, node.Name);
                    if (node is DirectoryNode directory)
                        pending.Push((below, directory.Tree.Hash));
                    else
                        Overlaps.Add(new Overlap(below, layers));
                }
            }
        }
    }

    // A directory of the result: the parts that the layers have of it.
    private sealed record MergedFolder(string Path, List<Part> Parts)
    {
        public Dictionary<string, Entry> Entries { get; } = new(StringComparer.Ordinal);

        public bool IsUniform { get; } = Parts.TrueForAll(part => part.Tree == Parts[0].Tree);
    }

    // The entry that the layers so far have under one name: a file or link, or directories to merge.
    private sealed class Entry
    {
        public Entry(TreeNode first, int layer)
        {
            Name = first.Name;
            TryLay(first, layer);
        }

        public string Name { get; }

        /// <summary>The file or link that stays; null when it is a directory.</summary>
        public TreeNode? File { get; private set; }

        /// <summary>The layers that have the file, the bottom first.</summary>
        public List<int> Files { get; } = [];

        public List<Part> Parts { get; } = [];

        public bool TryLay(TreeNode node, int layer)
        {
            if (node is DirectoryNode directory)
            {
                if (File is null)
                    Parts.Add(new Part(layer, directory.Tree));
                return File is null;
            }
            if (Parts.Exists(part => part.Tree != TreeStore.Empty))
                return false;
            Parts.Clear();
            File = node;
            Files.Add(layer);
            return true;
        }
    }
}
