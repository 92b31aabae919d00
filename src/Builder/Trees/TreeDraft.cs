using Bistro.Builder.Content;
using Bistro.Model.Content;
using Bistro.Model.Folders;

namespace Bistro.Builder.Trees;

/// <summary>
/// Work on trees. Each function takes and returns digests, and only a committed result is stored; intermediate trees are
/// not. For one thread.
/// </summary>
public sealed class TreeDraft
{
    private readonly TreeStore _trees;
    private readonly Dictionary<Digest, Draft> _drafts = [];

    internal TreeDraft(TreeStore trees) => _trees = trees;

    /// <summary>Reads a directory, drafted or stored.</summary>
    /// <exception cref="ContentMissingException">The store lacks it.</exception>
    public TreeDirectory Read(Digest tree) =>
        _drafts.TryGetValue(tree, out var draft) ? draft.Directory : _trees.Read(tree);

    /// <summary>The digest with the length of the directory's message.</summary>
    public SizedDigest Measure(Digest tree) =>
        _drafts.TryGetValue(tree, out var draft) ? new SizedDigest(tree, draft.Message.Length) : _trees.Measure(tree);

    /// <summary>Drafts a directory whose subdirectories are drafted or stored already.</summary>
    public SizedDigest Add(TreeDirectory directory)
    {
        var message = TreeCodec.Encode(directory);
        var digest = Digest.Of(message);
        _drafts.TryAdd(digest, new Draft(directory, message));
        return new SizedDigest(digest, message.Length);
    }

    /// <summary>Stores the new directories of a result.</summary>
    public async ValueTask<Digest> CommitAsync(Digest tree, CancellationToken cancellationToken)
    {
        await using var batch = _trees.Content.BeginBatch();
        Store(tree, batch);
        await batch.CommitAsync(cancellationToken);
        return tree;
    }

    // Subdirectories first. A directory that several others share is stored once.
    private void Store(Digest root, IContentBatch batch) => FolderFold.Run<Digest, bool>(
        root,
        tree => _drafts.TryGetValue(tree, out var draft)
            ? [.. draft.Directory.Nodes.OfType<DirectoryNode>().Select(below => below.Tree.Hash).Where(_drafts.ContainsKey)]
            : [],
        (tree, _) =>
        {
            if (!_drafts.Remove(tree, out var draft))
                return false;
            batch.Add(draft.Message);
            _trees.Remember(tree, draft.Directory);
            return true;
        });

    private sealed record Draft(TreeDirectory Directory, byte[] Message);
}
