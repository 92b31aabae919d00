using Bistro.Builder.Content;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>Writes trees as tar archives. Modes are 0755 or 0644 unless the tree has others; owners are 0 unless it has others.</summary>
public static class LayerArchive
{
    private const string Whiteout = ".wh.";

    /// <summary>Writes a whole tree.</summary>
    public static Task WriteArchiveAsync(this TreeStore trees, Digest tree, Stream target, CancellationToken cancellationToken) =>
        trees.WriteArchiveAsync(trees.Complete(tree), target, cancellationToken);

    /// <summary>Writes entries, which are sorted by path.</summary>
    public static async Task WriteArchiveAsync(
        this TreeStore trees, IReadOnlyList<LayerEntry> entries, Stream target, CancellationToken cancellationToken)
    {
        using var tar = new UstarWriter(target);
        foreach (var (path, node) in entries)
            await WriteAsync(tar, trees, path, node, cancellationToken);
        await tar.FinishAsync(cancellationToken);
    }

    /// <summary>The properties of an entry; those of a directory are in the directory itself.</summary>
    internal static NodeProperties? PropertiesOf(this TreeStore trees, TreeNode? node) => node switch
    {
        FileNode file => file.Properties,
        LinkNode link => link.Properties,
        DirectoryNode directory => trees.Read(directory.Tree.Hash).Properties,
        _ => null,
    };

    /// <summary>Whether an entry before and after a change is the same in a layer.</summary>
    internal static bool AreWrittenAlike(this TreeStore trees, TreeNode? before, TreeNode? after)
    {
        var isSame = (before, after) switch
        {
            (FileNode old, FileNode current) => old.Content == current.Content,
            (LinkNode old, LinkNode current) => old.Target == current.Target,
            (DirectoryNode, DirectoryNode) => true,
            _ => false,
        };
        return isSame && EntryAttributes.Of(trees.PropertiesOf(before)).IsWrittenAs(
            EntryAttributes.Of(trees.PropertiesOf(after)), ModeOf(before), ModeOf(after));
    }

    private static int ModeOf(TreeNode? node) => node is FileNode { IsExecutable: false } ? EntryAttributes.PlainMode : EntryAttributes.ExecutableMode;

    private static async ValueTask WriteAsync(UstarWriter tar, TreeStore trees, string path, TreeNode? node, CancellationToken cancellationToken)
    {
        var attributes = EntryAttributes.Of(trees.PropertiesOf(node));
        switch (node)
        {
            case null:
                await tar.WriteEmptyFileAsync(WhiteoutOf(path), EntryAttributes.PlainMode, cancellationToken);
                break;
            case FileNode file:
                using (var content = trees.Content.OpenRequired(file.Content.Hash))
                    await tar.WriteFileAsync(path, ModeOf(file), attributes, content, cancellationToken);
                break;
            case LinkNode link:
                await tar.WriteSymlinkAsync(path, link.Target, attributes, cancellationToken);
                break;
            case DirectoryNode:
                await tar.WriteDirectoryAsync(path, ModeOf(node), attributes, cancellationToken);
                break;
        }
    }

    private static string WhiteoutOf(string path)
    {
        var name = path.LastIndexOf('/') + 1;
        return string.Concat(path.AsSpan(0, name), Whiteout, path.AsSpan(name));
    }
}
