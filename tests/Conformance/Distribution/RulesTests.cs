using System.Net;
using Bistro.Builder.Images.Oci;
using Bistro.Registry.Endpoints;
using Bistro.Registry.Repositories;

using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>What an operator forbids by <c>content:</c> and <c>limits:</c> is refused, and nothing else is.</summary>
public sealed class RulesTests
{
    [Theory]
    [InlineData("tag")]
    [InlineData("manifest")]
    [InlineData("blob")]
    public async Task What_may_not_be_deleted_stays_and_the_rest_goes(string kept)
    {
        await using var registry = await StartAsync(new ContentRules
        {
            AllowTagDelete = kept != "tag",
            AllowManifestDelete = kept != "manifest",
            AllowBlobDelete = kept != "blob",
        });
        var manifest = Sha256(await registry.Client.PushImageAsync("a", "v1"));
        await registry.Client.PushImageAsync("a", "v2");
        var blob = await registry.Client.PushBlobAsync("a", RandomBytes(10));
        foreach (var (what, path) in new[] { ("tag", "/v2/a/manifests/v2"), ("manifest", $"/v2/a/manifests/{manifest}"), ("blob", $"/v2/a/blobs/{blob}") })
        {
            var response = await registry.Client.SendAsync("DELETE", path);
            if (what == kept)
            {
                await response.RefusedAsync(HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
                Assert.Contains("GET", response.Content.Headers.Allow);
                Assert.DoesNotContain("DELETE", response.Content.Headers.Allow);
            }
            else
                Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            Assert.Equal(what == kept ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await registry.Client.SendAsync("HEAD", path)).StatusCode);
        }
    }

    [Fact]
    public async Task Sparse_image_and_index_are_refused_until_nothing_is_missing()
    {
        await using var registry = await StartAsync(new ContentRules { AllowSparse = false });
        var (config, layer) = ("{}"u8.ToArray(), RandomBytes(10));
        var image = Image(Sha256(config), config.Length, Sha256(layer), layer.Length);
        var index = Index((Sha256(image), "linux/amd64"));

        await registry.Client.PushBlobAsync("a", config);
        await (await registry.Client.SendAsync("PUT", "/v2/a/manifests/v1", Typed(image, MediaTypes.Manifest)))
            .RefusedAsync(HttpStatusCode.NotFound, "MANIFEST_BLOB_UNKNOWN");
        await (await registry.Client.SendAsync("PUT", "/v2/a/manifests/all", Typed(index, MediaTypes.ImageIndex)))
            .RefusedAsync(HttpStatusCode.NotFound, "MANIFEST_BLOB_UNKNOWN");

        await registry.Client.PushBlobAsync("a", layer);
        await registry.Client.PushManifestAsync("a", "v1", image);
        await registry.Client.PushManifestAsync("a", "all", index, MediaTypes.ImageIndex);
    }

    [Fact]
    public async Task Smallest_chunk_is_reported_and_largest_blob_is_held_to()
    {
        await using var registry = await StartAsync(new ContentRules { MinChunkBytes = 1000, MaxBlobBytes = 2000 });
        var begun = await registry.Client.SendAsync("POST", "/v2/a/blobs/uploads/");
        Assert.Equal("1000", begun.Header("OCI-Chunk-Min-Length"));

        var (fits, tooLarge) = (RandomBytes(2000), RandomBytes(2001));
        await registry.Client.PushBlobAsync("a", fits);
        await (await registry.Client.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={Sha256(tooLarge)}", Octets(tooLarge)))
            .RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
        var upload = begun.Header("Location")!;
        Assert.Equal(HttpStatusCode.Accepted, (await registry.Client.SendAsync("PATCH", upload, Octets(fits))).StatusCode);
        await (await registry.Client.SendAsync("PATCH", upload, Octets([1]))).RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
        Assert.Equal(HttpStatusCode.Created, (await registry.Client.SendAsync("PUT", $"{upload}?digest={Sha256(fits)}")).StatusCode);
    }

    [Fact]
    public async Task One_upload_too_many_is_asked_to_retry()
    {
        await using var registry = await RunningRegistry.StartAsync(configure: options => options with { MaxUploads = 2 });
        var first = await registry.Client.SendAsync("POST", "/v2/a/blobs/uploads/");
        Assert.Equal(HttpStatusCode.Accepted, (await registry.Client.SendAsync("POST", "/v2/b/blobs/uploads/")).StatusCode);
        var refused = await registry.Client.SendAsync("POST", "/v2/c/blobs/uploads/");
        await refused.RefusedAsync(HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS");
        Assert.NotNull(refused.Header("Retry-After"));
        await registry.Client.SendAsync("DELETE", first.Header("Location")!);
        Assert.Equal(HttpStatusCode.Accepted, (await registry.Client.SendAsync("POST", "/v2/c/blobs/uploads/")).StatusCode);
    }

    [Fact]
    public async Task Pages_have_the_most_entries_that_the_operator_allows()
    {
        await using var registry = await RunningRegistry.StartAsync(configure: options => options with
        {
            Pages = new PageLimits { Tags = 2, Repositories = 1, Referrers = 1 },
        });
        foreach (var tag in new[] { "a", "b", "c" })
            await registry.Client.PushImageAsync("x", tag);
        await registry.Client.PushImageAsync("y", "a");
        var tags = await registry.Client.SendAsync("GET", "/v2/x/tags/list?n=100");
        Assert.Equal(2, (await tags.JsonAsync()).GetProperty("tags").GetArrayLength());
        Assert.NotNull(tags.Header("Link"));
        var catalogue = await registry.Client.SendAsync("GET", "/v2/_catalog?n=100");
        Assert.Equal(1, (await catalogue.JsonAsync()).GetProperty("repositories").GetArrayLength());
        Assert.NotNull(catalogue.Header("Link"));
    }

    [Fact]
    public async Task Flipped_bit_is_never_served_whole_and_never_again()
    {
        var content = RandomBytes(4 << 20);
        await using var first = await RunningRegistry.StartAsync();
        var digest = await first.Client.PushBlobAsync("a", content);
        var hex = digest["sha256:".Length..];
        var path = Path.Combine(first.Directory, "cas", hex[..2], hex[2..]);
        var written = File.GetLastWriteTimeUtc(path);
        await using (var file = new FileStream(path, FileMode.Open))
        {
            file.Seek(3_000_000, SeekOrigin.Begin);
            file.WriteByte((byte)~content[3_000_000]);
        }
        // Lost disk content is not reported.
        File.SetLastWriteTimeUtc(path, written);

        await using var restarted = await RunningRegistry.StartAsync(first.Directory);
        await Assert.ThrowsAsync<HttpRequestException>(() => restarted.Client.SendAsync("GET", $"/v2/a/blobs/{digest}"));
        await (await restarted.Client.SendAsync("GET", $"/v2/a/blobs/{digest}")).RefusedAsync(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        await restarted.Client.PushBlobAsync("a", content);
        Assert.Equal(content, await (await restarted.Client.SendAsync("GET", $"/v2/a/blobs/{digest}")).BytesAsync());
    }

    private static Task<RunningRegistry> StartAsync(ContentRules rules) =>
        RunningRegistry.StartAsync(configure: options => options with { Rules = rules });
}
