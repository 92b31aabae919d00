using System.Formats.Tar;
using System.IO.Compression;
using Bistro.Builder.Content;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using ZstdSharp;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// Applies layers one over the other and says what tree they make (image-spec: Layer, Applying Changesets). Devices are
/// left out, as trees cannot hold them.
/// </summary>
public static class LayerExtraction
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";

    /// <param name="trees">Where the layers are and the tree goes.</param>
    /// <param name="layers">The blobs, the base first, compressed or not.</param>
    /// <param name="cancellationToken">Ends it; nothing is stored then.</param>
    /// <exception cref="InvalidDataException">A layer is broken, or leads out of the filesystem.</exception>
    public static async Task<Digest> ApplyLayersAsync(this TreeStore trees, IEnumerable<Digest> layers, CancellationToken cancellationToken)
    {
        var root = new LayeredFolder();
        await using (var batch = trees.Content.BeginBatch())
        {
            foreach (var layer in layers)
                Apply(root, await ReadAsync(trees.Content, layer, batch, cancellationToken));
            await batch.CommitAsync(cancellationToken);
        }

        var draft = trees.BeginDraft();
        return await draft.CommitAsync(root.AddTo(draft).Hash, cancellationToken);
    }

    // A whiteout hides what the layers below have, wherever it stands in its own.
    private static void Apply(LayeredFolder root, List<Member> members)
    {
        foreach (var (path, _, _) in members.Where(member => member.IsWhiteout))
            Hide(root, path);
        foreach (var (path, node, hardLink) in members.Where(member => !member.IsWhiteout))
        {
            if (path.Length == 0)
                continue;
            var folder = root.Enter(path.AsSpan()[..^1]);
            if (hardLink is not null)
                folder.Put((root.Find(hardLink) as FileNode ?? throw new InvalidDataException($"The layer links '{string.Join('/', path)}' to what is no file.")) with { Name = path[^1] });
            else if (node is not null)
                folder.Put(node);
            else
                folder.Enter([path[^1]]);
        }
    }

    private static void Hide(LayeredFolder root, string[] path)
    {
        if (root.TryEnter(path.AsSpan()[..^1]) is not { } folder)
            return;
        if (path[^1] == Opaque)
            folder.Clear();
        else
            folder.Remove(path[^1][Whiteout.Length..]);
    }

    private static async Task<List<Member>> ReadAsync(IContentStore content, Digest layer, IContentBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await using var archive = Decompress(content, layer);
            await using var tar = new TarReader(archive);
            var members = new List<Member>();
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (await ReadAsync(entry, batch, cancellationToken) is { } member)
                    members.Add(member);
            }

            return members;
        }
        catch (Exception failure) when (failure is EndOfStreamException or FormatException or ArgumentException or ZstdException)
        {
            throw new InvalidDataException($"The layer {layer} cannot be read: {failure.Message}", failure);
        }
    }

    private static async ValueTask<Member?> ReadAsync(TarEntry entry, IContentBatch batch, CancellationToken cancellationToken)
    {
        var path = TreePath.Split(entry.Name);
        var name = path.LastOrDefault() ?? "";
        switch (entry.EntryType)
        {
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile when name.StartsWith(Whiteout, StringComparison.Ordinal):
                return new Member(path, null, null);
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                var content = entry.DataStream is { } data ? await batch.AddAsync(data, cancellationToken) : batch.Add([]);
                return new Member(path, new FileNode(name, content, entry.Mode.HasFlag(UnixFileMode.UserExecute)), null);
            case TarEntryType.SymbolicLink:
                return new Member(path, new LinkNode(name, entry.LinkName), null);
            case TarEntryType.HardLink:
                return new Member(path, null, TreePath.Split(entry.LinkName));
            case TarEntryType.Directory:
                return new Member(path, null, null);
            default:
                return null;
        }
    }

    private static Stream Decompress(IContentStore content, Digest layer)
    {
        var reader = content.OpenRequired(layer);
        Span<byte> start = stackalloc byte[4];
        start.Clear();
        reader.Read(start, 0);
        var stream = reader.AsStream();
        return start switch
        {
            [0x1f, 0x8b, ..] => new GZipStream(stream, CompressionMode.Decompress),
            [0x28, 0xb5, 0x2f, 0xfd] => new DecompressionStream(stream, leaveOpen: false),
            _ => stream,
        };
    }

    /// <summary>A member of a layer: a file or link, a hard link to a path, or, without either, a directory or a whiteout.</summary>
    private sealed record Member(string[] Path, TreeNode? Node, string[]? HardLink)
    {
        public bool IsWhiteout => Node is null && HardLink is null && Path is [.., var name] && name.StartsWith(Whiteout, StringComparison.Ordinal);
    }
}
