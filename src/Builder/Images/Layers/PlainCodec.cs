using Bistro.Builder.Images.Oci;

namespace Bistro.Builder.Images.Layers;

/// <summary>Passes blocks on uncompressed.</summary>
internal sealed class PlainCodec : LayerCodec
{
    public override string MediaType => MediaTypes.Layer;

    public override int Bound(int length) => length;

    public override int Compress(ReadOnlyMemory<byte> block, byte[] target)
    {
        block.CopyTo(target);
        return block.Length;
    }
}
