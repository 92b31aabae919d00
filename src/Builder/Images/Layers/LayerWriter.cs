using Bistro.Builder.Content;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>A layer: the blob that is sent, and the digest of the archive inside.</summary>
public sealed record Layer(Descriptor Blob, Digest DiffId);

/// <summary>Makes layers. Equal entries give equal bytes, on every machine and however many cores take part.</summary>
public sealed class LayerWriter(TreeStore trees)
{
    /// <summary>What compresses layers: other versions may give other bytes.</summary>
    public static string Compressor { get; } = $"zlib of .NET {Environment.Version}";

    /// <summary>Writes entries, sorted by path, as an object of the batch. Each file is read once, and none is in memory whole.</summary>
    /// <exception cref="InvalidDataException">A tree holds what no layer can.</exception>
    public async Task<Layer> WriteAsync(
        IReadOnlyList<LayerEntry> entries, LayerCompression compression, IContentBatch batch, CancellationToken cancellationToken)
    {
        if (entries.FirstOrDefault(LooksLikeWhiteout) is { Path: { } name })
            throw new InvalidDataException($"'{name}' cannot be in a layer: names that begin with '.wh.' say there that something is gone.");
        using var codec = LayerCodec.Create(compression);
        var path = batch.NewPath();
        var diffId = await WriteFileAsync(path, codec, entries, cancellationToken);
        var blob = batch.AddFile(path, adopt: true, cancellationToken);
        return new Layer(Descriptor.Of(codec.MediaType, blob), diffId);
    }

    private static bool LooksLikeWhiteout(LayerEntry entry) => Path.GetFileName(entry.Path).StartsWith(".wh.", StringComparison.Ordinal);

    // The header names the diff id, so it is written last, into the room left for it.
    private async Task<Digest> WriteFileAsync(string path, LayerCodec codec, IReadOnlyList<LayerEntry> entries, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        long position = codec.HeaderLength;
        await using var stream = new LayerStream(codec, Append, cancellationToken);
        await trees.WriteArchiveAsync(entries, stream, cancellationToken);
        var diffId = await stream.FinishAsync(cancellationToken);
        RandomAccess.Write(file, codec.Trailer(), position);
        RandomAccess.Write(file, codec.Header(diffId), 0);
        return diffId;

        void Append(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(file, bytes, position);
            position += bytes.Length;
        }
    }
}
