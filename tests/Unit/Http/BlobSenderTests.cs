using System.IO.Pipelines;
using Bistro.Builder.Content;
using Bistro.Model.Content;
using Bistro.Registry.Http;
using Bistro.Unit.Content;

namespace Bistro.Unit.Http;

public sealed class BlobSenderTests : IDisposable
{
    private const int Length = 1_000_000;

    private readonly StoreFixture _fixture = new();

    [Fact]
    public async Task A_whole_object_and_a_range_of_it_are_sent_as_they_are()
    {
        var digest = await PutAsync();
        Assert.Equal(Content(), await SendAsync(_fixture.Store, digest, 0, Length));
        Assert.Equal(Content()[300_000..400_000], await SendAsync(_fixture.Store, digest, 300_000, 100_000));
    }

    [Fact]
    public async Task A_corrupt_object_is_never_sent_whole_and_never_again()
    {
        var digest = await PutAsync();
        FlipBit(_fixture.Store.Layout.Object(digest));
        using var restarted = ContentStore.Create(_fixture.Root);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        using (var reader = restarted.OpenRequired(digest))
            await Assert.ThrowsAsync<InvalidDataException>(() => BlobSender.SendAsync(reader, 0, Length, pipe.Writer, SendPace.Slow(), StoreFixture.Token));
        await pipe.Writer.CompleteAsync();
        Assert.InRange((await ReadAsync(pipe.Reader)).Length, 0, Length - 1);
        Assert.Null(restarted.Open(digest));
    }

    [Fact]
    public async Task No_range_of_a_corrupt_object_is_sent_even_where_its_bytes_are_right()
    {
        var digest = await PutAsync();
        FlipBit(_fixture.Store.Layout.Object(digest));
        using var restarted = ContentStore.Create(_fixture.Root);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        using (var reader = restarted.OpenRequired(digest))
            await Assert.ThrowsAsync<InvalidDataException>(() => BlobSender.SendAsync(reader, 0, 100, pipe.Writer, SendPace.Slow(), StoreFixture.Token));
        await pipe.Writer.CompleteAsync();
        Assert.Empty(await ReadAsync(pipe.Reader));
        Assert.Null(restarted.Open(digest));
    }

    [Fact]
    public async Task An_object_is_read_whole_before_its_first_range_and_not_again()
    {
        var digest = await PutAsync();
        using var restarted = ContentStore.Create(_fixture.Root);
        using (var first = restarted.OpenRequired(digest))
            Assert.False(first.IsVerified);
        Assert.Equal(Content()[^100..], await SendAsync(restarted, digest, Length - 100, 100));
        using var second = restarted.OpenRequired(digest);
        Assert.True(second.IsVerified);
    }

    public void Dispose() => _fixture.Dispose();

    private async Task<Digest> PutAsync() => (await _fixture.Store.PutAsync(Content(), StoreFixture.Token)).Hash;

    private static byte[] Content()
    {
        var content = new byte[Length];
        new Random(1).NextBytes(content);
        return content;
    }

    private static async Task<byte[]> SendAsync(ContentStore store, Digest digest, long offset, long length)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        using var reader = store.OpenRequired(digest);
        await BlobSender.SendAsync(reader, offset, length, pipe.Writer, SendPace.Slow(), StoreFixture.Token);
        await pipe.Writer.CompleteAsync();
        return await ReadAsync(pipe.Reader);
    }

    private static async Task<byte[]> ReadAsync(PipeReader reader)
    {
        var received = new MemoryStream();
        await reader.CopyToAsync(received, StoreFixture.Token);
        return received.ToArray();
    }

    // As a failing disk does it: the file's times tell nothing.
    private static void FlipBit(string path)
    {
        var time = File.GetLastWriteTimeUtc(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(path);
        bytes[500_000] ^= 1;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, time);
    }
}
