using System.Collections.Concurrent;
using Bistro.Builder.Images.Oci;
using ZstdSharp;

namespace Bistro.Builder.Images.Layers;

/// <summary>Writes one Zstandard frame per block. Readers decompress consecutive frames as one stream (RFC 8878).</summary>
internal sealed class ZstdCodec : LayerCodec
{
    private const int Level = 3;

    private readonly ConcurrentBag<Compressor> _idle = [];

    public override string MediaType => MediaTypes.LayerZstd;

    // A frame cannot refer to the one before, so a block is longer than the window of level 3, which is 2 MiB.
    public override int BlockLength => 1 << 22;

    public override int Bound(int length) => Compressor.GetCompressBound(length);

    public override int Compress(ReadOnlyMemory<byte> block, byte[] target)
    {
        if (!_idle.TryTake(out var compressor))
            compressor = new Compressor(Level);
        var length = compressor.Wrap(block.Span, target);
        _idle.Add(compressor);
        return length;
    }

    public override void Dispose()
    {
        foreach (var compressor in _idle)
            compressor.Dispose();
        base.Dispose();
    }
}
