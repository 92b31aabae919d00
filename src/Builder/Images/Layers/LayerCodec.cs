using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// Compresses one layer in independent blocks, so that all cores can take part and the bytes do not depend on the number of
/// cores.
/// </summary>
internal abstract class LayerCodec : IDisposable
{
    public abstract string MediaType { get; }

    /// <summary>The length of a block. Changing it changes the compressed bytes and their digests.</summary>
    public virtual int BlockLength => 1 << 20;

    /// <summary>The length of the header, whose bytes are known only after the last block.</summary>
    public virtual int HeaderLength => 0;

    public static LayerCodec Create(LayerCompression compression) => compression switch
    {
        LayerCompression.None => new PlainCodec(),
        LayerCompression.Gzip => new GzipCodec(),
        LayerCompression.Zstd => new ZstdCodec(),
        _ => throw new ArgumentOutOfRangeException(nameof(compression)),
    };

    /// <summary>Called once for each block, in order.</summary>
    public virtual void Observe(ArraySegment<byte> block)
    {
    }

    /// <summary>The maximum length of a block of this length when it is compressed.</summary>
    public abstract int Bound(int length);

    /// <summary>Compresses a block and returns the compressed length. Thread-safe.</summary>
    public abstract int Compress(ReadOnlyMemory<byte> block, byte[] target);

    public virtual byte[] Header(Digest diffId) => [];

    public virtual byte[] Trailer() => [];

    public virtual void Dispose()
    {
    }
}
