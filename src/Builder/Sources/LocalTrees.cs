using Bistro.Builder.Errors;
using Bistro.Builder.Files;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Projects;

namespace Bistro.Builder.Sources;

/// <summary>Stores local files of a project exactly as the cache key names them.</summary>
internal static class LocalTrees
{
    /// <summary>Stores the tree. A file that the store does not have yet is read again, and must still have the digest of the tree.</summary>
    /// <param name="staging">The store.</param>
    /// <param name="tree">The tree that the key was computed from.</param>
    /// <param name="path">Its path in the project, for messages.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The digest of the tree's root.</returns>
    /// <exception cref="SourceException">A file changed since the key was computed.</exception>
    public static async Task<Digest> StoreAsync(SourceStaging staging, LocalTree tree, string path, CancellationToken cancellationToken)
    {
        await using var batch = staging.Content.BeginBatch();
        foreach (var file in tree.Files)
        {
            if (!staging.Content.Claim(file.Digest.Hash) && Add(file) != file.Digest)
                throw Changed(file, path);
        }
        foreach (var directory in tree.Directories)
            batch.Add(directory.Message.Span);
        await batch.CommitAsync(cancellationToken);
        return tree.Root.Hash;

        SizedDigest? Add(LocalFile file)
        {
            try
            {
                // What was replaced by a link, a folder or a pipe is not opened.
                return IsFile(file) ? batch.AddFile(file.AbsolutePath, adopt: false, cancellationToken) : null;
            }
            catch (IOException) when (!IsFile(file))
            {
                return null;
            }
        }
    }

    /// <summary>Stores the tree, and writes it into a new directory of the scratch directory, for programs that read it.</summary>
    /// <returns>The absolute path of the new directory.</returns>
    /// <exception cref="SourceException">A file changed since the key was computed.</exception>
    public static async Task<string> CheckoutAsync(SourceStaging staging, LocalTree tree, string path, CancellationToken cancellationToken)
    {
        var root = await StoreAsync(staging, tree, path, cancellationToken);
        var directory = Path.Combine(staging.ScratchDirectory, Path.GetRandomFileName());
        await staging.Trees.CheckoutAsync(root, directory, cancellationToken);
        return directory;
    }

    private static bool IsFile(LocalFile file) => Posix.TryStat(file.AbsolutePath, out var status) && status.IsFile;

    // The next load computes the key of what is there now.
    private static SourceException Changed(LocalFile file, string path) =>
        new($"'{file.Path}' in '{path}' changed after the project was loaded. Build again.", isTransient: true);
}
