using System.Globalization;
using System.Net;
using Bistro.Conformance.Distribution;
using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Quickstart;

/// <summary>Two real servers on one store behind a real nginx, which gives each request to the other one.</summary>
public sealed class LoadBalancedTests : IAsyncLifetime
{
    private const int LayerSize = 9_000_000;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-balanced-");
    private readonly List<BistroServer> _servers = [];
    private Nginx _nginx = null!;

    private string Store => Path.Combine(_directory.FullName, "store");

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 2; i++)
            _servers.Add(await BistroServer.StartAsync(Store, "/dev/null"));
        _nginx = await Nginx.StartAsync(_servers.Select(server => server.Loopback.Authority));
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
            await _nginx.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact(Timeout = 600_000)]
    public async Task Podman_and_skopeo_push_and_pull()
    {
        await using var podman = new Podman();
        await podman.TrustAsync(_nginx.Address);
        for (var round = 0; round < 3; round++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var image = $"{_nginx.Address}/podman:{round}";
            var id = (await podman.RunAsync("import", await LayerAsync($"layer{round}"), image)).Succeeded().Trim();
            (await podman.RunAsync("push", image)).Succeeded();
            var archive = Path.Combine(_directory.FullName, $"{round}.tar");
            (await podman.RunAsync("save", "-o", archive, image)).Succeeded();
            (await podman.RunAsync("rmi", image)).Succeeded();
            (await podman.RunAsync("pull", image)).Succeeded();
            Assert.Equal(id.Replace("sha256:", "", StringComparison.Ordinal), (await podman.RunAsync("image", "inspect", "--format", "{{.Id}}", image)).Succeeded().Trim());

            // A layer that the registry does not have: skopeo's archive is not compressed, and it compresses by itself.
            var copy = $"docker://{_nginx.Address}/skopeo:{round}";
            (await Tool.RunAsync("skopeo", ["copy", "--dest-tls-verify=false", "--dest-compress-level", $"{1 + round}", $"docker-archive:{archive}", copy], podman.Environment)).Succeeded();
            (await Tool.RunAsync("skopeo", ["copy", "--src-tls-verify=false", copy, $"dir:{Path.Combine(_directory.FullName, $"dir{round}")}"], podman.Environment)).Succeeded();
        }

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Store, "partial")));
        Assert.All(_servers, server => Assert.DoesNotContain("fail:", server.Log, StringComparison.Ordinal));
    }

    [Fact(Timeout = 600_000)]
    public async Task A_server_that_is_killed_amid_a_chunk_leaves_the_upload_to_the_other()
    {
        var layer = RandomBytes(4 << 20);
        using var first = new HttpClient { BaseAddress = _servers[0].Loopback };
        using var second = new HttpClient { BaseAddress = _servers[1].Loopback };
        var location = (await first.SendAsync("POST", "/v2/a/blobs/uploads/")).Header("Location")!;
        var arrived = new TaskCompletionSource();
        using var halt = new HaltingContent(layer, layer.Length / 2, arrived.Task);
        var chunk = first.SendAsync("PATCH", location, halt);
        await WaitForBytesAsync(layer.Length / 4);
        // It holds the upload: the other one waits for a while, and then says so.
        var busy = second.SendAsync("GET", location);
        await _servers[0].KillAsync();
        arrived.SetResult();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => chunk);
        var status = await busy;
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
        var kept = int.Parse(status.Header("Range")!["0-".Length..], CultureInfo.InvariantCulture) + 1;
        var rest = await second.SendAsync("PUT", $"{location}?digest={Sha256(layer)}", Octets(layer[kept..]), $"Content-Range: {kept}-{layer.Length - 1}");
        Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
        Assert.Equal(layer, await second.GetByteArrayAsync($"/v2/a/blobs/{Sha256(layer)}", TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_lock_that_another_process_holds_for_long_stops_no_server_from_seeing_its_tags()
    {
        using var first = new HttpClient { BaseAddress = _servers[0].Loopback };
        using var second = new HttpClient { BaseAddress = _servers[1].Loopback };
        await first.PushImageAsync("a", "latest");
        Assert.Equal(HttpStatusCode.OK, (await second.SendAsync("GET", "/v2/a/manifests/latest")).StatusCode);
        await using (var holder = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Store, "metadata.db")};Pooling=False"))
        {
            await holder.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await holder.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, TestContext.Current.CancellationToken);
            // Longer than a write waits for it, which is 30 seconds: the server refuses the push then.
            var refused = await first.SendAsync("PUT", "/v2/a/manifests/other", Typed(await (await first.SendAsync("GET", "/v2/a/manifests/latest")).BytesAsync(), "application/vnd.oci.image.manifest.v1+json"));
            Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
            await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        }

        var image = await first.PushImageAsync("a", "latest");
        while (!(await (await second.SendAsync("GET", "/v2/a/manifests/latest")).BytesAsync()).SequenceEqual(image))
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    private async Task<string> LayerAsync(string name)
    {
        var content = Path.Combine(_directory.FullName, name);
        await File.WriteAllBytesAsync(content, RandomBytes(LayerSize), TestContext.Current.CancellationToken);
        (await Tool.RunAsync("tar", ["-cf", $"{content}.tar", "-C", _directory.FullName, name])).Succeeded();
        return $"{content}.tar";
    }

    private async Task WaitForBytesAsync(long length)
    {
        while (Directory.EnumerateFiles(Path.Combine(Store, "partial")).Sum(file => new FileInfo(file).Length) < length)
            await Task.Delay(10, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a part and then waits.</summary>
    private sealed class HaltingContent(byte[] content, int part, Task end) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(content.AsMemory(0, part));
            await stream.FlushAsync();
            await end;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = content.Length;
            return true;
        }
    }
}
