using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Folders;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Stores the tree of an extracted archive. The contents of its files are objects already.</summary>
internal static class ArchiveStoring
{
    public static async Task<Digest> StoreAsync(this ArchiveFolder root, TreeStore trees, CancellationToken cancellationToken)
    {
        var draft = trees.BeginDraft();
        return await draft.CommitAsync(Add(draft, root).Hash, cancellationToken);
    }

    private static SizedDigest Add(TreeDraft draft, ArchiveFolder root) => FolderFold.Run<ArchiveFolder, SizedDigest>(
        root,
        folder => [.. folder.Entries.Values.OfType<ArchiveFolder>()],
        (folder, below) =>
        {
            var next = 0;
            return draft.Add(TreeDirectory.Create(folder.Entries.Select(entry => (TreeNode)(entry.Value switch
            {
                ArchiveFolder => new DirectoryNode(entry.Key, below[next++]),
                ArchiveFile file => new FileNode(entry.Key, file.Content, file.IsExecutable),
                ArchiveLink link => new LinkNode(entry.Key, link.Target),
                _ => throw new InvalidOperationException($"'{entry.Key}' is of an unknown type."),
            }))));
        });
}
