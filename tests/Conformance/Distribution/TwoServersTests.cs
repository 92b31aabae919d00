using System.Net;
using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>Two registries on one store, as behind a load balancer: each request of an upload may go to either.</summary>
public sealed class TwoServersTests : IAsyncLifetime
{
    private const int ChunkSize = 300_000;

    private readonly byte[] _content = RandomBytes(2 * ChunkSize);
    private RunningRegistry[] _servers = [];

    public async ValueTask InitializeAsync()
    {
        var first = await RunningRegistry.StartAsync();
        _servers = [first, await RunningRegistry.StartAsync(first.Directory)];
    }

    public async ValueTask DisposeAsync()
    {
        // The first one owns the directory.
        foreach (var server in _servers.Reverse())
            await server.DisposeAsync();
    }

    // Which server answers POST, PATCH, PATCH, and PUT.
    public static TheoryData<string> Orders => [.. Enumerable.Range(0, 16).Select(order => string.Concat(Enumerable.Range(0, 4).Select(bit => (order >> bit) % 2 == 0 ? 'A' : 'B')))];

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task An_upload_goes_on_at_any_server(string order)
    {
        var location = await BeginAsync(At(order[0]));
        for (var chunk = 0; chunk < 2; chunk++)
        {
            var patch = await At(order[1 + chunk]).SendAsync("PATCH", location, Octets(Chunk(chunk)), RangeOf(chunk));
            Assert.Equal(HttpStatusCode.Accepted, patch.StatusCode);
            Assert.Equal($"0-{((chunk + 1) * ChunkSize) - 1}", patch.Header("Range"));
        }

        await CloseAsync(At(order[3]), location, _content);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task A_stream_without_ranges_goes_on_at_any_server_and_each_knows_how_far_it_is(string order)
    {
        var location = await BeginAsync(At(order[0]));
        Assert.Equal(HttpStatusCode.Accepted, (await At(order[1]).SendAsync("PATCH", location, Octets(Chunk(0)))).StatusCode);
        foreach (var server in _servers)
            Assert.Equal($"0-{ChunkSize - 1}", (await server.Client.SendAsync("GET", location)).Header("Range"));
        await CloseAsync(At(order[2]), location, _content, Chunk(1));
        foreach (var server in _servers)
            Assert.Equal(HttpStatusCode.NotFound, (await server.Client.SendAsync("GET", location)).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chunks_at_both_servers_at_once_end_in_one_of_the_serial_orders(bool hasRanges)
    {
        var (both, onlyFirst) = (0, 0);
        for (var round = 0; round < 20; round++)
        {
            var location = await BeginAsync(At('A'));
            var patches = await Task.WhenAll(Enumerable.Range(0, 2).Select(chunk => Task.Run(() => hasRanges
                ? _servers[chunk].Client.SendAsync("PATCH", location, Octets(Chunk(chunk)), RangeOf(chunk))
                : _servers[chunk].Client.SendAsync("PATCH", location, Octets(Chunk(chunk))))));
            var statuses = string.Join(' ', patches.Select(patch => (int)patch.StatusCode));
            if (!hasRanges)
            {
                Assert.Equal("202 202", statuses);
                await CloseInEitherOrderAsync(location);
            }
            else if (statuses == "202 202")
            {
                both++;
                await CloseAsync(At('B'), location, _content);
            }
            else
            {
                // The second chunk came first, and does not fit there.
                onlyFirst++;
                Assert.Equal("202 416", statuses);
                await CloseAsync(At('B'), location, Chunk(0));
            }
        }

        Assert.Equal(hasRanges ? 20 : 0, both + onlyFirst);
    }

    [Fact]
    public async Task An_upload_that_is_cancelled_at_one_server_is_gone_at_the_other()
    {
        var location = await BeginAsync(At('A'));
        await At('A').SendAsync("PATCH", location, Octets(Chunk(0)));
        Assert.Equal(HttpStatusCode.NoContent, (await At('B').SendAsync("DELETE", location)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await At('A').SendAsync("PATCH", location, Octets(Chunk(1)))).StatusCode);
        Assert.Empty(Directory.EnumerateFiles(_servers[0].Content.Layout.Partial));
    }

    [Fact]
    public async Task A_digest_that_was_announced_at_one_server_is_checked_at_the_other()
    {
        var location = (await At('A').SendAsync("POST", "/v2/a/blobs/uploads/?digest-algorithm=sha512")).Header("Location")!;
        await At('A').SendAsync("PATCH", location, Octets(Chunk(0)));
        await At('B').SendAsync("PATCH", location, Octets(Chunk(1)));
        var put = await At('A').SendAsync("PUT", $"{location}?digest={Sha512(_content)}");
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        await (await At('B').SendAsync("PUT", $"{await BeginAsync(At('A'))}?digest={Sha256(_content)}", Octets(Chunk(0))))
            .RefusedAsync(HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    public async Task What_one_server_is_given_the_other_serves()
    {
        for (var round = 0; round < 5; round++)
        {
            var (here, there) = (At("AB"[round % 2]), At("BA"[round % 2]));
            var image = await here.PushImageAsync("shared", "latest");
            var digest = Sha256(image);
            Assert.Equal(HttpStatusCode.OK, (await there.SendAsync("GET", $"/v2/shared/manifests/{digest}")).StatusCode);
            // The tag may be another one's in its cache for 0.2 seconds.
            while (!(await (await there.SendAsync("GET", "/v2/shared/manifests/latest")).BytesAsync()).SequenceEqual(image))
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private HttpClient At(char server) => _servers[server - 'A'].Client;

    private byte[] Chunk(int index) => _content[(index * ChunkSize)..((index + 1) * ChunkSize)];

    private static string RangeOf(int chunk) => $"Content-Range: {chunk * ChunkSize}-{((chunk + 1) * ChunkSize) - 1}";

    private static async Task<string> BeginAsync(HttpClient client)
    {
        var begun = await client.SendAsync("POST", "/v2/a/blobs/uploads/");
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        return begun.Header("Location")!;
    }

    private static async Task CloseAsync(HttpClient client, string location, byte[] whole, byte[]? last = null)
    {
        var put = await client.SendAsync("PUT", $"{location}?digest={Sha256(whole)}", last is null ? null : Octets(last));
        Assert.True(put.StatusCode == HttpStatusCode.Created, await put.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(whole, await (await client.SendAsync("GET", $"/v2/a/blobs/{Sha256(whole)}")).BytesAsync());
    }

    private async Task CloseInEitherOrderAsync(string location)
    {
        // A wrong digest ends an upload: which order it was, its file says.
        var id = location[(location.LastIndexOf('/') + 1)..];
        var file = Directory.EnumerateFiles(_servers[0].Content.Layout.Partial, $"{id}-*").Single();
        var content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        byte[][] orders = [_content, [.. Chunk(1), .. Chunk(0)]];
        var order = Assert.Single(orders, order => order.AsSpan().SequenceEqual(content));
        await CloseAsync(At('A'), location, order);
    }
}
