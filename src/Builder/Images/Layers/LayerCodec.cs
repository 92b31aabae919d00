using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// Compresses one layer in blocks that know nothing of each other, so that all cores can take part and the bytes are the
/// same however many there are.
/// </summary>
internal abstract class LayerCodec : IDisposable
{
    public abstract string MediaType { get; }

    /// <summary>Bytes in a block. Another length gives other bytes, hence other digests.</summary>
    public virtual int BlockLength => 1 << 20;

    /// <summary>Bytes before the first block, which are known only after the last one.</summary>
    public virtual int HeaderLength => 0;

    public static LayerCodec Create(LayerCompression compression) => compression switch
    {
        LayerCompression.None => new PlainCodec(),
        LayerCompression.Gzip => new GzipCodec(),
        LayerCompression.Zstd => new ZstdCodec(),
        _ => throw new ArgumentOutOfRangeException(nameof(compression)),
    };

    /// <summary>Sees each block once, in order.</summary>
    public virtual void Observe(ArraySegment<byte> block)
    {
    }

    /// <summary>The most bytes that a block of this length can become.</summary>
    public abstract int Bound(int length);

    /// <summary>Compresses a block and returns how many bytes it became. Called by many threads at once.</summary>
    public abstract int Compress(ReadOnlyMemory<byte> block, byte[] target);

    public virtual byte[] Header(Digest diffId) => [];

    public virtual byte[] Trailer() => [];

    public virtual void Dispose()
    {
    }
}
