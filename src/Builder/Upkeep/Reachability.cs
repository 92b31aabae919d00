using Bistro.Builder.Content;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Folders;

namespace Bistro.Builder.Upkeep;

/// <summary>Marks the objects that are needed: what is referred to, and everything below it.</summary>
internal sealed class Reachability(ContentStore store)
{
    private readonly HashSet<Digest> _objects = [];
    private readonly HashSet<Digest> _trees = [];
    private readonly HashSet<Digest> _incomplete = [];
    private List<ContentReference>? _journal;

    /// <summary>The disk space of everything that is marked.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of existing objects that are marked.</summary>
    public long Count { get; private set; }

    /// <summary>What is referred to and not in the store, and the directories above it.</summary>
    public IReadOnlySet<Digest> Incomplete => _incomplete;

    public bool Contains(Digest digest) => _objects.Contains(digest);

    /// <summary>Marks content; false when something of it is not in the store.</summary>
    public bool Mark(IEnumerable<ContentReference> content)
    {
        var isComplete = true;
        foreach (var reference in content)
            isComplete &= reference.IsTree ? MarkTree(reference.Digest) : MarkObject(reference.Digest);
        return isComplete;
    }

    /// <summary>Marks content unless all that is marked would then take more than so many bytes.</summary>
    public bool TryMark(IEnumerable<ContentReference> content, long limit)
    {
        var before = (Count, Bytes);
        _journal = [];
        Mark(content);
        var fits = Bytes <= limit;
        if (!fits)
        {
            _journal.ForEach(Unmark);
            (Count, Bytes) = before;
        }
        _journal = null;
        return fits;
    }

    private bool MarkObject(Digest digest)
    {
        if (!_objects.Add(digest))
            return !_incomplete.Contains(digest);
        _journal?.Add(ContentReference.Object(digest));
        if (store.DiskBytes(digest) is not { } bytes)
            return Miss(digest);
        (Count, Bytes) = (Count + 1, Bytes + bytes);
        return true;
    }

    private bool MarkTree(Digest root) => FolderFold.Run<MarkedFolder, bool>(
        new MarkedFolder(root),
        folder =>
        {
            if (folder.Tree == TreeStore.Empty.Hash || !_trees.Add(folder.Tree))
                return [];
            folder.IsNew = true;
            _journal?.Add(ContentReference.Tree(folder.Tree));
            if (!MarkObject(folder.Tree) || Read(folder.Tree) is not { } directory)
                return [];
            folder.IsComplete = true;
            foreach (var file in directory.Nodes.OfType<FileNode>())
                folder.IsComplete &= MarkObject(file.Content.Hash);
            return [.. directory.Nodes.OfType<DirectoryNode>().Select(below => new MarkedFolder(below.Tree.Hash))];
        },
        (folder, below) => folder.IsNew
            ? (folder.IsComplete && below.All(isComplete => isComplete)) || Miss(folder.Tree)
            : !_incomplete.Contains(folder.Tree));

    private TreeDirectory? Read(Digest tree)
    {
        try
        {
            return TreeCodec.Decode(store.ReadAll(tree));
        }
        catch (Exception failure) when (failure is ContentMissingException or InvalidDataException)
        {
            return null;
        }
    }

    private bool Miss(Digest digest)
    {
        _incomplete.Add(digest);
        return false;
    }

    private void Unmark(ContentReference reference)
    {
        (reference.IsTree ? _trees : _objects).Remove(reference.Digest);
        _incomplete.Remove(reference.Digest);
    }

    private sealed class MarkedFolder(Digest tree)
    {
        public Digest Tree { get; } = tree;

        /// <summary>Whether it was not marked before.</summary>
        public bool IsNew { get; set; }

        /// <summary>Whether it and its files are in the store.</summary>
        public bool IsComplete { get; set; }
    }
}
