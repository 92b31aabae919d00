using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Archives;

/// <summary>Turns what an archive laid out into a stored tree. The contents of its files are objects already.</summary>
internal static class ArchiveStoring
{
    public static async Task<Digest> StoreAsync(this ArchiveFolder root, TreeStore trees, CancellationToken cancellationToken)
    {
        var draft = trees.BeginDraft();
        return await draft.CommitAsync(Add(draft, root).Hash, cancellationToken);
    }

    private static SizedDigest Add(TreeDraft draft, ArchiveFolder folder) =>
        draft.Add(TreeDirectory.Create(folder.Entries.Select(entry => Node(draft, entry.Key, entry.Value))));

    private static TreeNode Node(TreeDraft draft, string name, ArchiveNode node) => node switch
    {
        ArchiveFolder folder => new DirectoryNode(name, Add(draft, folder)),
        ArchiveFile file => new FileNode(name, file.Content, file.IsExecutable),
        ArchiveLink link => new LinkNode(name, link.Target),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };
}
