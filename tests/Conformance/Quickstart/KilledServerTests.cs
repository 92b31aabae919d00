using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bistro.Conformance.Distribution;
using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Quickstart;

/// <summary>The real executable, killed while clients push: what it has acknowledged is there when it comes back, and nothing else.</summary>
public sealed class KilledServerTests : IDisposable
{
    private const int ChunkSize = 1 << 20;

    private readonly DirectoryInfo _store = Directory.CreateTempSubdirectory("bistro-killed-");
    private readonly byte[] _layer = RandomBytes(3 * ChunkSize);

    public void Dispose() => _store.Delete(recursive: true);

    [Fact]
    public async Task A_push_in_chunks_goes_on_behind_the_last_that_was_acknowledged()
    {
        string location;
        await using (var server = await StartAsync())
        {
            using var client = Connect(server);
            location = (await client.SendAsync("POST", "/v2/a/blobs/uploads/")).Header("Location")!;
            location = (await PatchAsync(client, location, 0)).Header("Location")!;
            await SendHalfAChunkAsync(server, location);
            await server.KillAsync();
        }

        await using var next = await StartAsync();
        using var again = Connect(next);
        var status = await again.SendAsync("GET", location);
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
        var kept = int.Parse(status.Header("Range")!["0-".Length..], CultureInfo.InvariantCulture) + 1;
        Assert.InRange(kept, ChunkSize, ChunkSize * 3 / 2);
        Assert.Equal(HttpStatusCode.NotFound, (await again.SendAsync("HEAD", $"/v2/a/blobs/{Sha256(_layer)}")).StatusCode);
        var rest = await again.SendAsync(
            "PUT", $"{location}?digest={Sha256(_layer)}", Octets(_layer[kept..]), $"Content-Range: {kept}-{_layer.Length - 1}");
        Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
        Assert.Equal(_layer, await again.GetByteArrayAsync($"/v2/a/blobs/{Sha256(_layer)}", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_was_pushed_tagged_and_deleted_stays_so()
    {
        byte[] image;
        string gone;
        await using (var server = await StartAsync())
        {
            using var client = Connect(server);
            image = await client.PushImageAsync("a", "kept");
            gone = Sha256(await client.PushImageAsync("a", "gone"));
            Assert.Equal(HttpStatusCode.Accepted, (await client.SendAsync("DELETE", $"/v2/a/manifests/{gone}")).StatusCode);
            await server.KillAsync();
        }

        await using var next = await StartAsync();
        using var again = Connect(next);
        Assert.Equal(image, await again.GetByteArrayAsync("/v2/a/manifests/kept", TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NotFound, (await again.SendAsync("GET", "/v2/a/manifests/gone")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await again.SendAsync("GET", $"/v2/a/manifests/{gone}")).StatusCode);
        (await Tool.RunAsync(Checkout.Executable, ["scrub", "-c", "/dev/null", "--store", _store.FullName])).Succeeded();
    }

    private Task<BistroServer> StartAsync() => BistroServer.StartAsync(_store.FullName, "/dev/null");

    private static HttpClient Connect(BistroServer server) => new() { BaseAddress = server.Loopback };

    private async Task<HttpResponseMessage> PatchAsync(HttpClient client, string location, int from)
    {
        var response = await client.SendAsync(
            "PATCH", location, Octets(_layer[from..(from + ChunkSize)]), $"Content-Range: {from}-{from + ChunkSize - 1}");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return response;
    }

    // The second chunk, of which only half comes.
    private async Task SendHalfAChunkAsync(BistroServer server, string location)
    {
        using var socket = new TcpClient(server.Loopback.Host, server.Loopback.Port);
        var stream = socket.GetStream();
        var head = $"PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: {ChunkSize}\r\n"
            + $"Content-Range: {ChunkSize}-{2 * ChunkSize - 1}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        await stream.WriteAsync(_layer.AsMemory(ChunkSize, ChunkSize / 2), TestContext.Current.CancellationToken);
    }
}
