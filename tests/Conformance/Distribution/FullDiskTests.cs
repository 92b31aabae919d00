using System.Net;
using Bistro.Builder.Upkeep;
using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>The disk fills up in the middle of a push: one clear answer, nothing left behind, and the registry goes on.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int DiskMegabytes = 12;
    private const int TooMuch = 16 << 20;

    private FullDisk _disk = null!;
    private RunningRegistry _registry = null!;

    private HttpClient Client => _registry.Client;

    public async ValueTask InitializeAsync()
    {
        _disk = await FullDisk.MountAsync(DiskMegabytes);
        _registry = await RunningRegistry.StartAsync(Path.Combine(_disk.Directory, "store"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
            await _registry.DisposeAsync();
        if (_disk is not null)
            await _disk.DisposeAsync();
    }

    [Fact]
    public async Task A_layer_that_does_not_fit_is_refused_and_leaves_nothing()
    {
        var kept = await Client.PushImageAsync("app", "latest");
        var free = _disk.FreeBytes;
        var layer = RandomBytes(TooMuch);
        await (await Client.SendAsync("POST", $"/v2/app/blobs/uploads/?digest={Sha256(layer)}", Octets(layer)))
            .RefusedAsync(HttpStatusCode.InsufficientStorage, "DENIED");
        await AssertAsBeforeAsync(kept, free);
    }

    [Fact]
    public async Task A_chunk_that_does_not_fit_is_refused_and_the_upload_goes_on_before_it()
    {
        var kept = await Client.PushImageAsync("app", "latest");
        var begun = await Client.SendAsync("POST", "/v2/app/blobs/uploads/");
        var upload = begun.Header("Location")!;
        var first = RandomBytes(1000);
        Assert.Equal(HttpStatusCode.Accepted, (await Client.SendAsync("PATCH", upload, Octets(first))).StatusCode);
        await (await Client.SendAsync("PATCH", upload, Octets(RandomBytes(TooMuch)))).RefusedAsync(HttpStatusCode.InsufficientStorage, "DENIED");
        Assert.Equal("0-999", (await Client.SendAsync("GET", upload)).Header("Range"));

        var second = RandomBytes(1000);
        byte[] whole = [.. first, .. second];
        Assert.Equal(HttpStatusCode.Created, (await Client.SendAsync("PUT", $"{upload}?digest={Sha256(whole)}", Octets(second))).StatusCode);
        Assert.Equal(whole, await (await Client.SendAsync("GET", $"/v2/app/blobs/{Sha256(whole)}")).BytesAsync());
        await AssertAsBeforeAsync(kept, free: 0);
    }

    [Fact]
    public async Task With_no_room_at_all_pulls_go_on_and_pushes_are_refused()
    {
        var kept = await Client.PushImageAsync("app", "latest");
        using (_disk.Fill())
        {
            Assert.Equal(kept, await (await Client.SendAsync("GET", "/v2/app/manifests/latest")).BytesAsync());
            var blob = RandomBytes(1000);
            await (await Client.SendAsync("POST", $"/v2/app/blobs/uploads/?digest={Sha256(blob)}", Octets(blob)))
                .RefusedAsync(HttpStatusCode.InsufficientStorage, "DENIED");
            await (await Client.SendAsync("PUT", "/v2/app/manifests/other", Typed([.. kept, (byte)' '], "application/vnd.oci.image.manifest.v1+json")))
                .RefusedAsync(HttpStatusCode.InsufficientStorage, "DENIED");
            Assert.Equal(HttpStatusCode.NotFound, (await Client.SendAsync("GET", "/v2/app/manifests/other")).StatusCode);
        }

        await AssertAsBeforeAsync(kept, free: 0);
    }

    private async Task AssertAsBeforeAsync(byte[] kept, long free)
    {
        Assert.InRange(_disk.FreeBytes, free - (64 << 10), long.MaxValue);
        Assert.All(new DirectoryInfo(_registry.Content.Layout.Partial).EnumerateFiles(), file => Assert.Equal(0, file.Length));
        Assert.Equal(["lock"], Directory.EnumerateFileSystemEntries(_registry.Content.Temporary.Root).Select(Path.GetFileName));
        Assert.Equal(kept, await (await Client.SendAsync("GET", "/v2/app/manifests/latest")).BytesAsync());
        await Client.PushImageAsync("app", "next");
        Assert.True((await new Scrubber(_registry.Content, []).RunAsync(TestContext.Current.CancellationToken)).IsClean);
    }
}
