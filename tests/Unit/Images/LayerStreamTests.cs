using System.IO.Compression;
using System.Text;
using Bistro.Builder.Images.Layers;
using Bistro.Model.Content;

namespace Bistro.Unit.Images;

public sealed class LayerStreamTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private static readonly byte[] Archive = Content((5 << 20) + 17);

    [Theory]
    [InlineData(LayerCompression.None)]
    [InlineData(LayerCompression.Gzip)]
    [InlineData(LayerCompression.Zstd)]
    public async Task What_goes_in_comes_out(LayerCompression compression)
    {
        var (layer, diffId) = await CompressAsync(compression, Archive, piece: 100_000);

        Assert.Equal(Digest.Of(Archive), diffId);
        Assert.Equal(Archive, Decompress(compression, layer));
    }

    [Theory]
    [InlineData(LayerCompression.Gzip)]
    [InlineData(LayerCompression.Zstd)]
    public async Task The_bytes_do_not_depend_on_how_they_were_written(LayerCompression compression)
    {
        var (small, _) = await CompressAsync(compression, Archive, piece: 4_099);
        var (large, _) = await CompressAsync(compression, Archive, piece: 3 << 20);

        Assert.Equal(small, large);
    }

    [Fact]
    public async Task The_gzip_header_is_that_of_BuildStreams_oci_element()
    {
        var (layer, diffId) = await CompressAsync(LayerCompression.Gzip, Archive, piece: 1 << 20);

        Assert.Equal([0x1f, 0x8b, 8, 8], layer[..4]);
        Assert.Equal(1320937200u, BitConverter.ToUInt32(layer, 4));
        Assert.Equal([2, 255], layer[8..10]);
        Assert.Equal(diffId.Hex + "\0", Encoding.ASCII.GetString(layer, 10, 65));
    }

    [Fact]
    public async Task A_failure_to_pass_on_reaches_the_writer()
    {
        using var codec = LayerCodec.Create(LayerCompression.None);
        await using var stream = new LayerStream(codec, _ => throw new IOException("no room"), None);

        var failure = await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (var i = 0; i < 1000; i++)
                await stream.WriteAsync(Archive, None);
        });
        Assert.Equal("no room", failure.Message);
    }

    private static async Task<(byte[] Layer, Digest DiffId)> CompressAsync(LayerCompression compression, byte[] archive, int piece)
    {
        using var codec = LayerCodec.Create(compression);
        var body = new MemoryStream();
        await using var stream = new LayerStream(codec, bytes => body.Write(bytes), None);
        for (var offset = 0; offset < archive.Length; offset += piece)
            await stream.WriteAsync(archive.AsMemory(offset, Math.Min(piece, archive.Length - offset)), None);
        var diffId = await stream.FinishAsync(None);
        return ([.. codec.Header(diffId), .. body.ToArray(), .. codec.Trailer()], diffId);
    }

    private static byte[] Decompress(LayerCompression compression, byte[] layer)
    {
        using Stream stream = compression switch
        {
            LayerCompression.Gzip => new GZipStream(new MemoryStream(layer), CompressionMode.Decompress),
            LayerCompression.Zstd => new ZstdSharp.DecompressionStream(new MemoryStream(layer)),
            _ => new MemoryStream(layer),
        };
        var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    // Half of it compresses, half of it does not.
    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(42).NextBytes(content.AsSpan(0, length / 2));
        for (var i = length / 2; i < length; i++)
            content[i] = (byte)(i / 7);
        return content;
    }
}
