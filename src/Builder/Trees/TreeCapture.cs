using Bistro.Builder.Content;
using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>How a directory of the disk is captured.</summary>
public sealed record CaptureOptions
{
    public static CaptureOptions Default { get; } = new();

    /// <summary>
    /// The files themselves may become objects instead of copies: the caller gives the directory up, nobody else writes
    /// to it, and it is there until the capture ends.
    /// </summary>
    public bool Adopt { get; init; }

    /// <summary>What was staged there. A file that nobody touched since is not read again.</summary>
    public StagedFiles? Known { get; init; }
}

/// <summary>
/// Makes a tree of a directory on disk, as BuildStream does: contents, names, links and the owner's executable bit
/// count; owners, times and other modes do not. Devices, pipes and sockets are left out.
/// </summary>
public static class TreeCapture
{
    /// <summary>Stores the tree of a directory; a single file gives a tree with just this file.</summary>
    /// <exception cref="TreeException">A name is not UTF-8.</exception>
    public static async Task<Digest> CaptureAsync(this TreeStore trees, string path, CaptureOptions options, CancellationToken cancellationToken)
    {
        await using var batch = trees.Content.BeginBatch();
        var added = new List<(Digest Tree, TreeDirectory Directory)>();
        var tree = await Task.Run(
            () => Capture(path, file => Store(file, trees, batch, options, cancellationToken), Add, cancellationToken),
            cancellationToken);
        await batch.CommitAsync(cancellationToken);
        foreach (var (digest, directory) in added)
            trees.Remember(digest, directory);
        return tree.Hash;

        SizedDigest Add(TreeDirectory directory)
        {
            var digest = batch.Add(TreeCodec.Encode(directory));
            added.Add((digest.Hash, directory));
            return digest;
        }
    }

    /// <summary>The digest that a capture would give, without storing anything.</summary>
    /// <exception cref="TreeException">A name is not UTF-8.</exception>
    public static SizedDigest Measure(string path, CancellationToken cancellationToken) => Capture(
        path,
        file => FileHash.Of(file.Path, cancellationToken),
        directory =>
        {
            var message = TreeCodec.Encode(directory);
            return new SizedDigest(Digest.Of(message), message.Length);
        },
        cancellationToken);

    private static SizedDigest Store(DiskFile file, TreeStore trees, IContentBatch batch, CaptureOptions options, CancellationToken cancellationToken) =>
        options.Known?.Find(file.Status) is { } known && trees.Content.Find(known.Hash) is not null
            ? known
            : batch.AddFile(file.Path, options.Adopt, cancellationToken);

    private static SizedDigest Capture(
        string path, Func<DiskFile, SizedDigest> addFile, Func<TreeDirectory, SizedDigest> addDirectory, CancellationToken cancellationToken)
    {
        var root = DiskDirectory.Read(path);
        ParallelFiles.ForEach(root.AllFiles().ToList(), file => file.Content = addFile(file), cancellationToken);
        return Add(root);

        SizedDigest Add(DiskDirectory directory) => addDirectory(TreeDirectory.Create(
        [
            .. directory.Files.Select(file => new FileNode(file.Name, file.Content, file.Status.IsExecutable)),
            .. directory.Directories.Select(below => new DirectoryNode(below.Name, Add(below))),
            .. directory.Links,
        ]));
    }
}
