using Bistro.Builder.Content;
using Bistro.Builder.Files;
using Bistro.Model.Content;
using Bistro.Model.Folders;

namespace Bistro.Builder.Trees;

/// <summary>How a directory on disk is captured.</summary>
public sealed record CaptureOptions
{
    public static CaptureOptions Default { get; } = new();

    /// <summary>
    /// Whether the files themselves may become objects instead of copies. The caller then gives up the directory, nothing else
    /// writes to it, and it stays in place until the capture ends.
    /// </summary>
    public bool Adopt { get; init; }

    /// <summary>The files that were staged there. A file that did not change since is not read again.</summary>
    public StagedFiles? Known { get; init; }

    /// <summary>Receives the modes and attributes that the capture drops; null when they do not matter.</summary>
    public LostAttributes? Lost { get; init; }
}

/// <summary>
/// Turns a directory on disk into a tree, as BuildStream does. Contents, names, links and the owner's executable bit are
/// kept; owners, times and other modes are not. Devices, pipes and sockets are left out.
/// </summary>
public static class TreeCapture
{
    /// <summary>Stores the tree of a directory. A single file gives a tree with just this file.</summary>
    /// <exception cref="TreeException">A name is not UTF-8, or a path is too long.</exception>
    public static async Task<Digest> CaptureAsync(this TreeStore trees, string path, CaptureOptions options, CancellationToken cancellationToken)
    {
        await using var batch = trees.Content.BeginBatch();
        var added = new List<(Digest Tree, TreeDirectory Directory)>();
        var tree = await Task.Run(
            () => Capture(path, options.Lost, file => Store(file, trees, batch, options, cancellationToken), Add, cancellationToken),
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

    /// <summary>The digest that a capture would return, without storing anything.</summary>
    /// <exception cref="TreeException">A name is not UTF-8, or a path is too long.</exception>
    public static SizedDigest Measure(string path, CancellationToken cancellationToken) => Capture(
        path,
        lost: null,
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
        string path,
        LostAttributes? lost,
        Func<DiskFile, SizedDigest> addFile,
        Func<TreeDirectory, SizedDigest> addDirectory,
        CancellationToken cancellationToken)
    {
        var root = DiskDirectory.Read(path, lost);
        ParallelFiles.ForEach(root.AllFiles(), file => file.Content = addFile(file), cancellationToken);
        return FolderFold.Run<DiskDirectory, SizedDigest>(root, directory => directory.Directories, (directory, below) => addDirectory(TreeDirectory.Create(
        [
            .. directory.Files.Select(file => new FileNode(file.Name, file.Content, file.Status.IsExecutable)),
            .. directory.Directories.Zip(below, (subdirectory, tree) => new DirectoryNode(subdirectory.Name, tree)),
            .. directory.Links,
        ])));
    }
}
