using System.Net;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Registry.Names;
using Bistro.Registry.Repositories;
using Bistro.Registry.Upkeep;

using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>Garbage collections beside a running registry.</summary>
public sealed class CollectionTests : RegistryTest
{
    [Fact]
    public async Task Pushed_images_stay_and_deleted_ones_go()
    {
        var kept = await Client.PushImageAsync("kept", "latest");
        var deleted = await Client.PushImageAsync("deleted", "latest");
        await Client.SendAsync("DELETE", $"/v2/deleted/manifests/{Sha256(deleted)}");
        await CollectAsync(DaysLater);
        await AssertPulledAsync("kept", "latest");
        Assert.Null(Registry.Content.Find(Of(deleted)));
        Assert.NotNull(Registry.Content.Find(Of(kept)));
    }

    [Fact]
    public async Task A_blob_that_two_repositories_have_stays_until_the_second_drops_it()
    {
        var digest = await Client.PushBlobAsync("one", RandomBytes(100));
        Assert.Equal(HttpStatusCode.Created, (await Client.SendAsync("POST", $"/v2/two/blobs/uploads/?mount={digest}&from=one")).StatusCode);
        await Client.SendAsync("DELETE", $"/v2/one/blobs/{digest}");
        await CollectAsync(HoursLater);
        Assert.Equal(HttpStatusCode.OK, (await Client.SendAsync("GET", $"/v2/two/blobs/{digest}")).StatusCode);
        await Client.SendAsync("DELETE", $"/v2/two/blobs/{digest}");
        await CollectAsync(HoursLater);
        Assert.Null(Registry.Content.Find(Of(digest)));
    }

    [Fact]
    public async Task A_push_without_a_manifest_is_given_up_after_a_day()
    {
        var digest = await Client.PushBlobAsync("unfinished", RandomBytes(100));
        await CollectAsync(HoursLater);
        Assert.Equal(HttpStatusCode.OK, (await Client.SendAsync("GET", $"/v2/unfinished/blobs/{digest}")).StatusCode);
        await CollectAsync(DaysLater);
        Assert.Null(Registry.Content.Find(Of(digest)));
        await UntilGoneAsync($"/v2/unfinished/blobs/{digest}");
    }

    [Fact]
    public async Task A_blob_that_a_client_asked_for_before_its_push_stays()
    {
        var digest = await Client.PushBlobAsync("resumed", RandomBytes(100));
        Age(Of(digest), DaysLater);
        Assert.Equal(HttpStatusCode.OK, (await Client.SendAsync("HEAD", $"/v2/resumed/blobs/{digest}")).StatusCode);
        await using (var metadata = MetadataStore.Open(Registry.Content.Layout.Metadata, RepositorySchema.Schema))
            Assert.Equal(0, await new AbandonedLinks(metadata, Registry.Content).RemoveAsync(DateTimeOffset.UtcNow + TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public async Task What_another_process_deletes_is_soon_gone_here_too()
    {
        await Client.PushImageAsync("shared", "latest");
        Assert.Equal(HttpStatusCode.OK, (await Client.SendAsync("GET", "/v2/shared/manifests/latest")).StatusCode);
        await using var other = await RunningRegistry.StartAsync(Registry.Directory);
        Assert.Equal(HttpStatusCode.Accepted, (await other.Client.SendAsync("DELETE", "/v2/shared/manifests/latest")).StatusCode);
        await UntilGoneAsync("/v2/shared/manifests/latest");
    }

    private static readonly TimeSpan HoursLater = TimeSpan.FromHours(2);
    private static readonly TimeSpan DaysLater = TimeSpan.FromDays(2);

    /// <summary>What another process has done is seen a moment later.</summary>
    private async Task UntilGoneAsync(string path)
    {
        while ((await Client.SendAsync("GET", path)).StatusCode != HttpStatusCode.NotFound)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    private async Task AssertPulledAsync(string repository, string tag)
    {
        var manifest = await (await Client.SendAsync("GET", $"/v2/{repository}/manifests/{tag}")).JsonAsync();
        var layer = manifest.GetProperty("layers")[0].GetProperty("digest").GetString()!;
        Assert.Equal(layer, Sha256(await (await Client.SendAsync("GET", $"/v2/{repository}/blobs/{layer}")).BytesAsync()));
    }

    /// <summary>Collects as another process would, some time from now.</summary>
    private async Task CollectAsync(TimeSpan later)
    {
        var time = new LaterTime(later);
        using var content = ContentStore.Create(Registry.Directory, time);
        await using var metadata = MetadataStore.Open(content.Layout.Metadata, RepositorySchema.Schema);
        Assert.NotNull(await new Housekeeping(content, metadata, [], new CacheOptions(), time).CollectAsync(TestContext.Current.CancellationToken));
    }

    private void Age(Model.Content.Digest digest, TimeSpan age) =>
        File.SetLastAccessTimeUtc(Registry.Content.Layout.Object(digest), DateTime.UtcNow - age);

    private static Model.Content.Digest Of(byte[] content) => Model.Content.Digest.Of(content);

    private static Model.Content.Digest Of(string digest) => OciDigest.TryParse(digest, out var parsed) ? parsed.Sha256 : throw new FormatException(digest);

    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
