using System.Collections.Immutable;
using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>A tree, and where it is laid.</summary>
public sealed record TreeLayer(Digest Tree, string Path = "/");

/// <summary>Trees laid over one another.</summary>
/// <param name="Tree">The result.</param>
/// <param name="Overlaps">Files that more than one layer has.</param>
/// <param name="Unstaged">Files that were left out, because they would have replaced a directory that is not empty.</param>
public sealed record MergeResult(Digest Tree, ImmutableArray<Overlap> Overlaps, ImmutableArray<UnstagedFile> Unstaged);

/// <summary>A file that several layers have; the last one's stays.</summary>
/// <param name="Path">Absolute, in the merged tree.</param>
/// <param name="Layers">Indexes of the layers, the bottom first.</param>
public sealed record Overlap(string Path, ImmutableArray<int> Layers);

/// <summary>A file that a layer has where another has a directory with entries.</summary>
public sealed record UnstagedFile(string Path, int Layer);

/// <summary>
/// Lays trees over one another in staging order, by BuildStream's rules: the later file replaces the earlier one and an
/// empty directory, but no directory that has entries. What only one layer has is taken by its digest, unread.
/// </summary>
public static class TreeMerge
{
    /// <exception cref="TreeException">A layer has a directory where a layer below it has a file or a link.</exception>
    public static MergeResult Merge(this TreeDraft draft, IReadOnlyList<TreeLayer> layers)
    {
        var merging = new Merging(draft);
        var parts = layers.Select((layer, index) => new Part(index, draft.Wrap(layer)));
        var tree = merging.Directory("/", [.. parts]);
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

    // The layer as a tree of its own that begins at the root.
    private static SizedDigest Wrap(this TreeDraft draft, TreeLayer layer) =>
        TreePath.Split(layer.Path).Reverse().Aggregate(
            draft.Measure(layer.Tree),
            (tree, name) => draft.Add(TreeDirectory.Create([new DirectoryNode(name, tree)])));

    private readonly record struct Part(int Layer, SizedDigest Tree);

    private sealed class Merging(TreeDraft draft)
    {
        public List<Overlap> Overlaps { get; } = [];

        public List<UnstagedFile> Unstaged { get; } = [];

        public SizedDigest Directory(string path, List<Part> parts)
        {
            if (parts.Count == 0)
                return TreeStore.Empty;
            if (parts.TrueForAll(part => part.Tree == parts[0].Tree))
            {
                CollectOverlaps(path, parts);
                return parts[0].Tree;
            }
            var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
            foreach (var part in parts)
            {
                foreach (var node in draft.Read(part.Tree.Hash).Nodes)
                    Lay(path, node, part.Layer, entries);
            }
            return draft.Add(TreeDirectory.Create(entries.Values.Select(entry => Finish(path, entry))));
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

        private TreeNode Finish(string directory, Entry entry)
        {
            var path = TreePath.Join(directory, entry.Name);
            if (entry.File is null)
                return new DirectoryNode(entry.Name, Directory(path, entry.Parts));
            if (entry.Files.Count > 1)
                Overlaps.Add(new Overlap(path, [.. entry.Files]));
            return entry.File;
        }

        // Equal trees over one another need no merging, but each of their files overlaps.
        private void CollectOverlaps(string path, List<Part> parts)
        {
            if (parts.Count == 1)
                return;
            foreach (var node in draft.Read(parts[0].Tree.Hash).Nodes)
            {
                var below = TreePath.Join(path, node.Name);
                if (node is DirectoryNode directory)
                    CollectOverlaps(below, [.. parts.Select(part => part with { Tree = directory.Tree })]);
                else
                    Overlaps.Add(new Overlap(below, [.. parts.Select(part => part.Layer)]));
            }
        }
    }

    // What the layers so far have under one name: a file or link, or directories to be merged.
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
