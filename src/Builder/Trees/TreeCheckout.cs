using System.Collections.Concurrent;
using Bistro.Builder.Content;
using Bistro.Builder.Files;
using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>
/// Writes a tree to disk. Each file is a copy of its own, by reference where the file system supports that: writing to it
/// does not change the store, and no two names share a file.
/// </summary>
public static class TreeCheckout
{
    /// <summary>The modification time of every staged file, the same as BuildStream's: builds that look at times give the same result.</summary>
    public const long FileTime = 1321009871;

    private const uint PlainMode = 0x1A4; // 0644
    private const uint ExecutableMode = 0x1ED; // 0755
    private const UnixFileMode DirectoryMode = (UnixFileMode)ExecutableMode;

    /// <summary>Writes the tree's entries into a directory, which is empty or is created.</summary>
    /// <returns>The files that a later capture of the directory need not read again.</returns>
    /// <exception cref="ContentMissingException">The store lacks a part of the tree.</exception>
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
            // After their entries, because each new entry changes the time of its directory.
            foreach (var directory in _directories)
            {
                File.SetUnixFileMode(directory, DirectoryMode);
                Posix.TrySetTimes(directory, Timestamp.Unchanged, new Timestamp(FileTime));
            }
        }

        private void MakeDirectories(Digest root, string location)
        {
            var pending = new Stack<(Digest Tree, string Path)>([(root, location)]);
            while (pending.TryPop(out var current))
            {
                _directories.Add(current.Path);
                foreach (var node in trees.Read(current.Tree).Nodes)
                {
                    var below = $"{current.Path}/{node.Name}";
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
                            pending.Push((directory.Tree.Hash, below));
                            break;
                    }
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
