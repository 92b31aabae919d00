using System.Globalization;
using System.Net;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Builder.Upkeep;
using Bistro.Registry.Repositories;
using Bistro.Registry.Upkeep;

using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>
/// Garbage collections beside 32 clients that push the same few layers, pull, and delete: nothing that was acknowledged is
/// lost. A round's clock stands still, and goes on by more than the grace period between rounds: what one round leaves is
/// garbage in the next, just when others push it again. <c>BISTRO_LOAD_SECONDS=60</c> makes it a minute.
/// </summary>
public sealed class CollectionUnderLoadTests : IAsyncLifetime
{
    private const int Clients = 32;
    private const int FewestRounds = 12;
    private const int Layers = 6;

    private static readonly TimeSpan Grace = 2 * ContentStore.ClaimPrecision;
    private static readonly CacheOptions Options = new() { Collection = new CollectionOptions { Grace = Grace }, UploadExpiry = Grace };

    private readonly SteppedTime _time = new();
    private readonly byte[][] _layers = [.. Enumerable.Range(0, Layers).Select(i => Encoding.UTF8.GetBytes(new string((char)('a' + i), 100_000)))];
    private readonly byte[]?[] _manifests = new byte[]?[Clients];
    private RunningRegistry _registry = null!;

    private HttpClient Client => _registry.Client;

    public async ValueTask InitializeAsync() => _registry = await RunningRegistry.StartAsync(time: _time);

    public async ValueTask DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Nothing_that_was_pushed_is_lost_while_garbage_is_collected()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("BISTRO_LOAD_SECONDS") ?? "0", CultureInfo.InvariantCulture);
        var begun = TimeProvider.System.GetTimestamp();
        using var content = ContentStore.Create(_registry.Directory, _time);
        await using var metadata = MetadataStore.Open(content.Layout.Metadata, RepositorySchema.Schema);
        var housekeeping = new Housekeeping(content, metadata, [], Options, _time);
        var removed = 0L;
        for (var round = 0; round < FewestRounds || TimeProvider.System.GetElapsedTime(begun).TotalSeconds < seconds; round++)
        {
            var number = round;
            var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(() => WorkAsync(client, number))).ToArray();
            removed += (await housekeeping.CollectAsync(TestContext.Current.CancellationToken))!.RemovedObjects;
            await Task.WhenAll(clients);
            _time.Advance(Grace + TimeSpan.FromMinutes(1));
        }

        for (var client = 0; client < Clients; client++)
            await AssertPulledAsync(client);
        Assert.NotEqual(0, removed);
        Assert.True((await housekeeping.ScrubAsync(TestContext.Current.CancellationToken)).IsClean);
    }

    private async Task WorkAsync(int client, int round)
    {
        await AssertPulledAsync(client);
        switch ((client + round) % 3)
        {
            case 0:
                await DropAsync(client);
                break;
            default:
                await PushAsync(client, round);
                await AssertPulledAsync(client);
                break;
        }
    }

    // As podman pushes: asks whether a blob is there, tries to mount it, and sends it only then.
    private async Task PushAsync(int client, int round)
    {
        var name = $"client{client}";
        var config = Encoding.UTF8.GetBytes($"{{\"round\":{round},\"client\":{client}}}");
        var layer = _layers[(client + (7 * round)) % Layers];
        await Client.PushBlobAsync(name, config);
        var digest = Sha256(layer);
        if ((await Client.SendAsync("HEAD", $"/v2/{name}/blobs/{digest}")).StatusCode != HttpStatusCode.OK)
        {
            var mounted = await Client.SendAsync("POST", $"/v2/{name}/blobs/uploads/?mount={digest}&from=client{(client + 1) % Clients}");
            if (mounted.StatusCode != HttpStatusCode.Created)
                await Client.PushBlobAsync(name, layer);
        }

        var manifest = Image(Sha256(config), config.Length, digest, layer.Length);
        await Client.PushManifestAsync(name, "latest", manifest);
        _manifests[client] = manifest;
    }

    private async Task DropAsync(int client)
    {
        if (_manifests[client] is not { } manifest)
            return;
        _manifests[client] = null;
        Assert.Equal(HttpStatusCode.Accepted, (await Client.SendAsync("DELETE", $"/v2/client{client}/manifests/{Sha256(manifest)}")).StatusCode);
    }

    private async Task AssertPulledAsync(int client)
    {
        if (_manifests[client] is not { } manifest)
            return;
        var pulled = await Client.SendAsync("GET", $"/v2/client{client}/manifests/latest");
        Assert.Equal(manifest, await pulled.BytesAsync());
        var json = await pulled.JsonAsync();
        foreach (var blob in json.GetProperty("layers").EnumerateArray().Append(json.GetProperty("config")))
        {
            var digest = blob.GetProperty("digest").GetString()!;
            var response = await Client.SendAsync("GET", $"/v2/client{client}/blobs/{digest}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(digest, Sha256(await response.BytesAsync()));
        }
    }

    /// <summary>The system's clock, set forward by hand.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow();
        private long _ahead;

        public override DateTimeOffset GetUtcNow() => _start.AddTicks(Volatile.Read(ref _ahead));

        public void Advance(TimeSpan step) => Interlocked.Add(ref _ahead, step.Ticks);
    }
}
