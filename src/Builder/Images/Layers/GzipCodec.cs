using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Bistro.Builder.Images.Oci;
using Bistro.Model.Content;
using ICSharpCode.SharpZipLib.Checksum;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// One gzip member (RFC 1952) whose deflate stream is cut at byte boundaries by an empty stored block after each of ours.
/// The header is the one that BuildStream's <c>oci</c> element writes: a fixed time, and the layer's diff id for a name.
/// </summary>
internal sealed class GzipCodec : LayerCodec
{
    // 2011-11-10 15:00:00 UTC.
    private const uint ModificationTime = 1320937200;

    private readonly Crc32 _checksum = new();
    private uint _length;

    public override string MediaType => MediaTypes.LayerGzip;

    // Ten bytes, the name's 64 hex digits, and a NUL.
    public override int HeaderLength => 75;

    public override void Observe(ArraySegment<byte> block)
    {
        _checksum.Update(block);
        _length += (uint)block.Count;
    }

    // Stored blocks of 16 KiB cost five bytes each; the stream and its flush cost a few more.
    public override int Bound(int length) => length + (length >> 10) + 1024;

    public override int Compress(ReadOnlyMemory<byte> block, byte[] target)
    {
        var compressed = new MemoryStream(target);
        using var deflate = new DeflateStream(compressed, CompressionLevel.Optimal, leaveOpen: true);
        deflate.Write(block.Span);
        deflate.Flush();
        // What follows on disposal would end the whole stream.
        return (int)compressed.Position;
    }

    public override byte[] Header(Digest diffId)
    {
        var header = new byte[HeaderLength];
        header[0] = 0x1f;
        header[1] = 0x8b;
        header[2] = 8; // deflate
        header[3] = 8; // a name follows
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), ModificationTime);
        header[8] = 2; // "compressed well"
        header[9] = 255; // no operating system in particular
        Encoding.ASCII.GetBytes(diffId.Hex, header.AsSpan(10));
        return header;
    }

    public override byte[] Trailer()
    {
        var trailer = new byte[10];
        trailer[0] = 3; // an empty last block
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(2), (uint)_checksum.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(6), _length);
        return trailer;
    }
}
