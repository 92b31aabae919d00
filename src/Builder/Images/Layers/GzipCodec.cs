using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Bistro.Builder.Images.Oci;
using Bistro.Model.Content;
using ICSharpCode.SharpZipLib.Checksum;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// Writes one gzip member (RFC 1952). An empty stored block after each compressed block ends it at a byte boundary, so that blocks
/// can be joined. The header is the one that BuildStream's <c>oci</c> element writes: a fixed time, and the layer's diff id as name.
/// </summary>
internal sealed class GzipCodec : LayerCodec
{
    // 2011-11-10 15:00:00 UTC.
    private const uint ModificationTime = 1320937200;

    private readonly Crc32 _checksum = new();
    private uint _length;

    public override string MediaType => MediaTypes.LayerGzip;

    // Ten fixed bytes, the 64 hex digits of the name, and a NUL.
    public override int HeaderLength => 75;

    public override void Observe(ArraySegment<byte> block)
    {
        _checksum.Update(block);
        _length += (uint)block.Count;
    }

    // Stored blocks of 16 KiB add five bytes each; the stream and its flush add a few more.
    public override int Bound(int length) => length + (length >> 10) + 1024;

    public override int Compress(ReadOnlyMemory<byte> block, byte[] target)
    {
        var compressed = new MemoryStream(target);
        using var deflate = new DeflateStream(compressed, CompressionLevel.Optimal, leaveOpen: true);
        deflate.Write(block.Span);
        deflate.Flush();
        // Disposing writes more bytes, which would end the whole stream: they are not part of the block.
        return (int)compressed.Position;
    }

    public override byte[] Header(Digest diffId)
    {
        var header = new byte[HeaderLength];
        header[0] = 0x1f;
        header[1] = 0x8b;
        header[2] = 8; // deflate
        header[3] = 8; // the header has a name
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), ModificationTime);
        header[8] = 2; // slowest, best compression
        header[9] = 255; // unknown operating system
        Encoding.ASCII.GetBytes(diffId.Hex, header.AsSpan(10));
        return header;
    }

    public override byte[] Trailer()
    {
        var trailer = new byte[10];
        trailer[0] = 3; // an empty final block
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(2), (uint)_checksum.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(6), _length);
        return trailer;
    }
}
