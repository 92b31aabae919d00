using System.Net;
using Bistro.Registry.Manifests;

using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

public sealed class PullTests : RegistryTest
{
    [Fact]
    public async Task Ping_is_answered()
    {
        var response = await Client.SendAsync("GET", "/v2/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("registry/2.0", response.Header("Docker-Distribution-Api-Version"));
    }

    [Fact]
    public async Task Manifest_comes_by_tag_and_by_digest_byte_for_byte()
    {
        var manifest = await Client.PushImageAsync("a/b", "latest", ",\"unknown\":[1, 2]");
        foreach (var reference in new[] { "latest", Sha256(manifest) })
        {
            var response = await Client.SendAsync("GET", $"/v2/a/b/manifests/{reference}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(MediaTypes.OciManifest, response.Header("Content-Type"));
            Assert.Equal(Sha256(manifest), response.Header("Docker-Content-Digest"));
            Assert.Equal(manifest, await response.BytesAsync());
        }
    }

    [Fact]
    public async Task Head_has_the_headers_of_get_and_no_body()
    {
        var manifest = await Client.PushImageAsync("a", "v1");
        var response = await Client.SendAsync("HEAD", "/v2/a/manifests/v1");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(manifest.Length, response.Content.Headers.ContentLength);
        Assert.Equal($"\"{Sha256(manifest)}\"", response.Header("ETag"));
        Assert.Empty(await response.BytesAsync());
    }

    [Fact]
    public async Task Unchanged_manifest_is_not_sent_again()
    {
        var manifest = await Client.PushImageAsync("a", "v1");
        var response = await Client.SendAsync("GET", "/v2/a/manifests/v1", null, $"If-None-Match: \"{Sha256(manifest)}\"");
        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
    }

    [Fact]
    public async Task Missing_manifests_and_blobs_are_404()
    {
        await (await Client.SendAsync("GET", "/v2/a/manifests/none")).RefusedAsync(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        await (await Client.SendAsync("GET", $"/v2/a/manifests/{Sha256([])}")).RefusedAsync(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        await (await Client.SendAsync("GET", $"/v2/a/blobs/{Sha256([])}")).RefusedAsync(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Theory]
    [InlineData("/v2/a/manifests/none")]
    [InlineData("/v2/a/blobs/" + HostileRequests.Digest)]
    [InlineData("/v2/A/manifests/none")]
    [InlineData("/v2/nowhere")]
    public async Task Head_of_something_missing_is_no_warning(string path)
    {
        var response = await Client.SendAsync("HEAD", path);
        Assert.Equal(path.Contains('A', StringComparison.Ordinal) ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound, response.StatusCode);
        Assert.Null(response.Header("Warning"));
    }

    [Theory]
    [InlineData("bytes=500-1499", 500, 1000)]
    [InlineData("bytes=500-", 500, 1548)]
    [InlineData("bytes=-500", 1548, 500)]
    [InlineData("bytes=2000-5000", 2000, 48)]
    public async Task Range_of_a_blob_is_exact(string range, int offset, int length)
    {
        var content = RandomBytes(2048);
        var digest = await Client.PushBlobAsync("a", content);
        var response = await Client.SendAsync("GET", $"/v2/a/blobs/{digest}", null, $"Range: {range}");
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"bytes {offset}-{offset + length - 1}/2048", response.Header("Content-Range"));
        Assert.Equal(content[offset..(offset + length)], await response.BytesAsync());
    }

    [Theory]
    [InlineData("bytes=500-0")]
    [InlineData("bytes=5000-10000")]
    public async Task Range_outside_the_blob_is_416(string range)
    {
        var digest = await Client.PushBlobAsync("a", RandomBytes(2048));
        var response = await Client.SendAsync("GET", $"/v2/a/blobs/{digest}", null, $"Range: {range}");
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal("bytes */2048", response.Header("Content-Range"));
    }

    [Fact]
    public async Task Large_blob_is_streamed_whole_and_never_compressed()
    {
        var content = new byte[3_000_000];
        var digest = await Client.PushBlobAsync("a", content);
        var response = await Client.SendAsync("GET", $"/v2/a/blobs/{digest}", null, "Accept-Encoding: zstd;q=1.0, gzip;q=0.8");
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Equal(content, await response.BytesAsync());
    }

    [Fact]
    public async Task Client_without_indexes_gets_the_usual_platform_by_tag()
    {
        var image = await Client.PushImageAsync("a", "image");
        var index = Index((Sha256([1]), "linux/arm64"), (Sha256(image), "linux/amd64"));
        await Client.PushManifestAsync("a", "latest", index, MediaTypes.OciIndex);
        var whole = await Client.SendAsync("GET", "/v2/a/manifests/latest", null, $"Accept: {MediaTypes.OciManifest}", $"Accept: {MediaTypes.OciIndex}");
        Assert.Equal(MediaTypes.OciIndex, whole.Header("Content-Type"));
        var chosen = await Client.SendAsync("GET", "/v2/a/manifests/latest", null, $"Accept: {MediaTypes.OciManifest}");
        Assert.Equal(Sha256(image), chosen.Header("Docker-Content-Digest"));
        var byDigest = await Client.SendAsync("GET", $"/v2/a/manifests/{Sha256(index)}", null, $"Accept: {MediaTypes.OciManifest}");
        Assert.Equal(MediaTypes.OciIndex, byDigest.Header("Content-Type"));
    }

    [Fact]
    public async Task Blob_of_another_repository_is_not_there()
    {
        var digest = await Client.PushBlobAsync("a", RandomBytes(10));
        await (await Client.SendAsync("GET", $"/v2/b/blobs/{digest}")).RefusedAsync(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }
}
