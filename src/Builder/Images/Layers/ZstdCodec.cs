using System.Collections.Concurrent;
using Bistro.Builder.Images.Oci;
using ZstdSharp;

namespace Bistro.Builder.Images.Layers;

/// <summary>One Zstandard frame a block (RFC 8878 lets a reader join frames).</summary>
internal sealed class ZstdCodec : LayerCodec
{
    private const int Level = 3;

    private readonly ConcurrentBag<Compressor> _idle = [];

    public override string MediaType => MediaTypes.LayerZstd;

    // A frame forgets the one before, so it had better be longer than level 3's window of 2 MiB.
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
