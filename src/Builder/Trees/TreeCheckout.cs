using System.Collections.Concurrent;
using Bistro.Builder.Content;
using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>
/// Writes a tree out as files. Each is a copy of its own, by reference where the file system can: nothing that is
/// written to it reaches the store, and no two names are one file.
/// </summary>
public static class TreeCheckout
{
    /// <summary>Every staged file's modification time, BuildStream's: builds that look at times give the same result.</summary>
    public const long FileTime = 1321009871;

    private const uint PlainMode = 0x1A4; // 0644
    private const uint ExecutableMode = 0x1ED; // 0755
    private const UnixFileMode DirectoryMode = (UnixFileMode)ExecutableMode;

    /// <summary>Writes the tree's entries into a directory, made if absent and empty if there.</summary>
    /// <returns>What a later capture of the directory need not read again.</returns>
    /// <exception cref="ContentMissingException">The store does not have a part of the tree.</exception>
    public static async Task<StagedFiles> CheckoutAsync(this TreeStore trees, Digest tree, string directory, CancellationToken cancellationToken)
    {
        var checkout = new Checkout(trees);
        await Task.Run(() => checkout.Run(tree, directory, cancellationToken), cancellationToken);
        return new StagedFiles(checkout.Staged);
    }

    private sealed class Checkout(TreeStore trees)
    {
        private readonly List<(string Path, FileNode Node)> _files = [];
        private readonly List<string> _directories = [];

        public ConcurrentBag<(FileStatus, SizedDigest)> Staged { get; } = [];

        public void Run(Digest tree, string root, CancellationToken cancellationToken)
        {
            Directory.CreateDirectory(root);
            MakeDirectories(tree, root);
            ParallelFiles.ForEach(_files, file => Write(file.Path, file.Node), cancellationToken);
            // After their entries, since each new entry sets the time of its directory.
            foreach (var directory in _directories)
            {
                File.SetUnixFileMode(directory, DirectoryMode);
                Posix.TrySetTimes(directory, Timestamp.Unchanged, new Timestamp(FileTime));
            }
        }

        private void MakeDirectories(Digest tree, string path)
        {
            _directories.Add(path);
            foreach (var node in trees.Read(tree).Nodes)
            {
                var below = $"{path}/{node.Name}";
                switch (node)
                {
                    case FileNode file:
                        _files.Add((below, file));
                        break;
                    case LinkNode link:
                        Posix.MakeLink(link.Target, below);
                        Posix.TrySetTimes(below, Timestamp.Unchanged, new Timestamp(FileTime));
                        break;
                    case DirectoryNode directory:
                        Posix.MakeDirectory(below, ExecutableMode);
                        MakeDirectories(directory.Tree.Hash, below);
                        break;
                }
            }
        }

        private void Write(string path, FileNode node)
        {
            using var content = trees.Content.OpenRequired(node.Content.Hash);
            var mode = node.IsExecutable ? ExecutableMode : PlainMode;
            using var file = Posix.CreateNew(path, mode);
            FileCopy.Copy(content, file, path);
            Posix.SetMode(file, mode, path); // Whatever the umask is.
            Posix.SetTimes(file, Timestamp.Unchanged, new Timestamp(FileTime), path);
            Staged.Add((Posix.Stat(file), node.Content));
        }
    }
}
