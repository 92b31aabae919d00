using System.IO.Compression;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Sources.Archives;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using ZstdSharp;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// Applies layers one over the other and returns the resulting tree (image-spec: Layer, Applying Changesets). Modes, owners and
/// extended attributes become properties of its nodes. Devices are left out, because trees cannot hold them.
/// </summary>
public static class LayerExtraction
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";

    /// <param name="trees">Holds the layers and takes the tree.</param>
    /// <param name="layers">The blobs, the base first, compressed or not.</param>
    /// <param name="cancellationToken">Cancels it; nothing is stored then.</param>
    /// <exception cref="InvalidDataException">A layer is broken, leads out of the file system, or has a name or an attribute that cannot be stored.</exception>
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

    // A whiteout hides entries of the layers below, whatever its position in its own layer.
    private static void Apply(LayeredFolder root, List<ArchiveMember> members)
    {
        foreach (var whiteout in members.Where(IsWhiteout))
            Hide(root, Split(whiteout.Name));
        foreach (var member in members.Where(member => !IsWhiteout(member)))
            Add(root, Split(member.Name), member);
    }

    private static void Add(LayeredFolder root, string[] path, ArchiveMember member)
    {
        if (path is not [.. var above, var name])
            return;
        switch (member.Kind)
        {
            case ArchiveMemberKind.Directory:
                root.Enter(path).Properties = member.Attributes.ToProperties();
                break;
            case ArchiveMemberKind.File:
                root.Enter(above).Put(new FileNode(name, member.Content, member.IsExecutable, member.Attributes.ToProperties()));
                break;
            case ArchiveMemberKind.SymbolicLink:
                root.Enter(above).Put(new LinkNode(name, member.Target, member.Attributes.ToProperties()));
                break;
            case ArchiveMemberKind.HardLink:
                var target = root.Find(Split(member.Target)) ?? throw new InvalidDataException($"A layer links '{member.Name}' to '{member.Target}', which is not a file.");
                root.Enter(above).Put(target with { Name = name });
                break;
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

    private static bool IsWhiteout(ArchiveMember member) => Path.GetFileName(member.Name).StartsWith(Whiteout, StringComparison.Ordinal);

    private static string[] Split(string path)
    {
        try
        {
            return TreePath.Split(path);
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"A layer holds '{path}', which leads out of the file system.", failure);
        }
    }

    private static async Task<List<ArchiveMember>> ReadAsync(IContentStore content, Digest layer, IContentBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await using var archive = Decompress(content, layer);
            return await TarMembers.ReadLayerAsync(archive, batch, cancellationToken);
        }
        catch (Exception failure) when (failure is SourceException or ZstdException)
        {
            throw new InvalidDataException($"The layer {layer} cannot be read: {failure.Message}", failure);
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
}
