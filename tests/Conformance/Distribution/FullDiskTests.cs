using System.Net;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Builder.Upkeep;
using Bistro.Registry.Repositories;
using Bistro.Registry.Upkeep;
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

    [Fact]
    public async Task With_no_room_at_all_tags_manifests_and_blobs_are_deleted_and_collected()
    {
        var kept = await Client.PushImageAsync("app", "latest");
        var gone = await PushManyAsync(40);
        using (_disk.Fill())
        {
            Assert.Equal(0, _disk.FreeBytes);
            await DeleteAsync(gone);
            Assert.Equal(kept, await (await Client.SendAsync("GET", "/v2/app/manifests/latest")).BytesAsync());
            // Nothing may be written before the reserve stands again.
            var blob = RandomBytes(10);
            await (await Client.SendAsync("POST", $"/v2/app/blobs/uploads/?digest={Sha256(blob)}", Octets(blob)))
                .RefusedAsync(HttpStatusCode.InsufficientStorage, "DENIED");
            var report = await CollectAsync();
            Assert.InRange(report!.RemovedObjects, gone.Count, long.MaxValue);
        }

        await AssertAsBeforeAsync(kept, free: 0);
        Assert.True(_registry.Content.Reserve.IsStanding);
    }

    [Fact]
    public async Task A_disk_that_pushes_alone_have_filled_is_emptied_again()
    {
        var kept = await Client.PushImageAsync("app", "latest");
        var gone = await PushManyAsync(3);
        var size = 1 << 20;
        var large = new List<string>();
        while (size > 0)
        {
            var blob = RandomBytes(size);
            var pushed = await Client.SendAsync("POST", $"/v2/gone/blobs/uploads/?digest={Sha256(blob)}", Octets(blob));
            if (pushed.StatusCode == HttpStatusCode.Created)
                large.Add(Sha256(blob));
            else
                size /= 2;
        }

        Assert.InRange(_disk.FreeBytes, 0, 64 << 10);
        await DeleteAsync(gone);
        foreach (var digest in large)
            Assert.Equal(HttpStatusCode.Accepted, (await Client.SendAsync("DELETE", $"/v2/gone/blobs/{digest}")).StatusCode);
        await CollectAsync();
        Assert.InRange(_disk.FreeBytes, 6 << 20, long.MaxValue);
        await AssertAsBeforeAsync(kept, free: 0);
    }

    [Fact]
    public async Task With_no_room_at_all_a_stopped_server_starts_and_so_does_a_second_one()
    {
        var kept = await Client.PushImageAsync("app", "latest");
        var gone = await PushManyAsync(2);
        await _registry.DisposeAsync();
        using (_disk.Fill())
        {
            Assert.Equal(0, _disk.FreeBytes);
            _registry = await RunningRegistry.StartAsync(Path.Combine(_disk.Directory, "store"));
            await using var second = await RunningRegistry.StartAsync(Path.Combine(_disk.Directory, "store"));
            foreach (var server in new[] { _registry, second })
                Assert.Equal(kept, await (await server.Client.SendAsync("GET", "/v2/app/manifests/latest")).BytesAsync());
            Assert.Equal(HttpStatusCode.Accepted, (await second.Client.SendAsync("DELETE", $"/v2/gone/manifests/{gone[0]}")).StatusCode);
            Assert.Equal(HttpStatusCode.Accepted, (await Client.SendAsync("DELETE", $"/v2/gone/manifests/{gone[1]}")).StatusCode);
            Assert.NotNull(await CollectAsync());
        }

        await AssertAsBeforeAsync(kept, free: 0);
    }

    private async Task<List<string>> PushManyAsync(int count)
    {
        var digests = new List<string>();
        for (var i = 0; i < count; i++)
            digests.Add(Sha256(await Client.PushImageAsync("gone", $"v{i}")));
        return digests;
    }

    private async Task DeleteAsync(List<string> manifests)
    {
        for (var i = 0; i < manifests.Count; i++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await Client.SendAsync("DELETE", $"/v2/gone/manifests/v{i}")).StatusCode);
            Assert.Equal(HttpStatusCode.Accepted, (await Client.SendAsync("DELETE", $"/v2/gone/manifests/{manifests[i]}")).StatusCode);
        }
    }

    // As `bistro gc` does in a process of its own, two days from now.
    private async Task<CollectionReport?> CollectAsync()
    {
        var time = new LaterTime();
        using var content = ContentStore.Create(_registry.Directory, time);
        await using var metadata = MetadataStore.Open(content, RepositorySchema.Schema);
        return await new Housekeeping(content, metadata, [], new CacheOptions(), time).CollectAsync(TestContext.Current.CancellationToken);
    }

    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(2);
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

/// <summary>A disk that has room and no inodes.</summary>
public sealed class FullInodesTests : IAsyncLifetime
{
    private FullDisk _disk = null!;
    private RunningRegistry _registry = null!;

    public async ValueTask InitializeAsync()
    {
        _disk = await FullDisk.MountAsync(16, inodes: 600);
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
    public async Task Without_inodes_a_server_starts_and_deletes_and_pulls_go_on()
    {
        var kept = await _registry.Client.PushImageAsync("app", "latest");
        await _registry.Client.PushImageAsync("app", "gone");
        await _registry.DisposeAsync();
        using (_disk.FillInodes())
        {
            _registry = await RunningRegistry.StartAsync(Path.Combine(_disk.Directory, "store"));
            Assert.Equal(kept, await (await _registry.Client.SendAsync("GET", "/v2/app/manifests/latest")).BytesAsync());
            Assert.Equal(HttpStatusCode.Accepted, (await _registry.Client.SendAsync("DELETE", "/v2/app/manifests/gone")).StatusCode);
            var blob = RandomBytes(10);
            await (await _registry.Client.SendAsync("POST", $"/v2/app/blobs/uploads/?digest={Sha256(blob)}", Octets(blob)))
                .RefusedAsync(HttpStatusCode.InsufficientStorage, "DENIED");
        }

        await _registry.Client.PushImageAsync("app", "next");
        Assert.True(_registry.Content.Reserve.IsStanding);
    }
}
