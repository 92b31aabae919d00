using Bistro.Builder.Content;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>Writes trees as tar archives. Modes are 0755, 0644 or 0777 by what an entry is, unless the tree says more.</summary>
public static class LayerArchive
{
    private const int Executable = 0x1ED; // 0755
    private const int Plain = 0x1A4; // 0644
    private const int Link = 0x1FF; // 0777
    private const uint ModeBits = 0xFFF; // 07777
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

    private static async ValueTask WriteAsync(UstarWriter tar, TreeStore trees, string path, TreeNode? node, CancellationToken cancellationToken)
    {
        switch (node)
        {
            case null:
                await tar.WriteEmptyFileAsync(WhiteoutOf(path), Plain, cancellationToken);
                break;
            case FileNode file:
                using (var content = trees.Content.OpenRequired(file.Content.Hash))
                    await tar.WriteFileAsync(path, Mode(file.Properties, file.IsExecutable ? Executable : Plain), content, cancellationToken);
                break;
            case LinkNode link:
                await tar.WriteSymlinkAsync(path, link.Target, Link, cancellationToken);
                break;
            case DirectoryNode directory:
                await tar.WriteDirectoryAsync(path, Mode(trees.Read(directory.Tree.Hash).Properties, Executable), cancellationToken);
                break;
        }
    }

    private static int Mode(NodeProperties? properties, int otherwise) =>
        properties?.Mode is { } mode ? (int)(mode & ModeBits) : otherwise;

    private static string WhiteoutOf(string path)
    {
        var name = path.LastIndexOf('/') + 1;
        return string.Concat(path.AsSpan(0, name), Whiteout, path.AsSpan(name));
    }
}
