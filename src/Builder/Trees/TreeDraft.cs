using Bistro.Builder.Content;
using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>
/// Work on trees: each function takes digests and gives a digest, and nothing is stored before a result is committed.
/// What was only a step on the way never is. For one thread.
/// </summary>
public sealed class TreeDraft
{
    private readonly TreeStore _trees;
    private readonly Dictionary<Digest, Draft> _drafts = [];

    internal TreeDraft(TreeStore trees) => _trees = trees;

    /// <summary>Reads a directory, drafted or stored.</summary>
    /// <exception cref="ContentMissingException">The store does not have it.</exception>
    public TreeDirectory Read(Digest tree) =>
        _drafts.TryGetValue(tree, out var draft) ? draft.Directory : _trees.Read(tree);

    /// <summary>The digest with the length of the directory's message.</summary>
    public SizedDigest Measure(Digest tree) =>
        _drafts.TryGetValue(tree, out var draft) ? new SizedDigest(tree, draft.Message.Length) : _trees.Measure(tree);

    /// <summary>Drafts a directory; the directories below it are drafted or stored already.</summary>
    public SizedDigest Add(TreeDirectory directory)
    {
        var message = TreeCodec.Encode(directory);
        var digest = Digest.Of(message);
        _drafts.TryAdd(digest, new Draft(directory, message));
        return new SizedDigest(digest, message.Length);
    }

    /// <summary>Stores a result: the directories of it that are new.</summary>
    public async ValueTask<Digest> CommitAsync(Digest tree, CancellationToken cancellationToken)
    {
        await using var batch = _trees.Content.BeginBatch();
        Store(tree, batch);
        await batch.CommitAsync(cancellationToken);
        return tree;
    }

    private void Store(Digest tree, IContentBatch batch)
    {
        if (!_drafts.Remove(tree, out var draft))
            return;
        foreach (var node in draft.Directory.Nodes)
        {
            if (node is DirectoryNode below)
                Store(below.Tree.Hash, batch);
        }
        batch.Add(draft.Message);
        _trees.Remember(tree, draft.Directory);
    }

    private sealed record Draft(TreeDirectory Directory, byte[] Message);
}
