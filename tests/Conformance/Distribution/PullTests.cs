using System.Net;
using Bistro.Builder.Images.Oci;

using Microsoft.AspNetCore.WebUtilities;
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
            Assert.Equal(MediaTypes.Manifest, response.Header("Content-Type"));
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
    [InlineData(2048)] // Kept in memory, as small blobs are.
    [InlineData(3_000_000)]
    public async Task Several_ranges_of_a_blob_come_as_parts(int size)
    {
        var content = RandomBytes(size);
        var digest = await Client.PushBlobAsync("a", content);
        foreach (var unread in new[] { false, true })
        {
            await using var again = unread ? await RunningRegistry.StartAsync(Registry.Directory) : null;
            var client = again?.Client ?? Client;
            var path = $"/v2/a/blobs/{digest}";
            var response = await client.SendAsync("GET", path, null, $"Range: bytes=1000-1099, 0-0, 1050-1149, -100", $"If-Range: \"{digest}\"");
            Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
            Assert.Null(response.Header("Content-Range"));
            Assert.Equal(digest, response.Header("Docker-Content-Digest"));
            var body = await response.BytesAsync();
            Assert.Equal(body.Length, response.Content.Headers.ContentLength);

            var boundary = response.Content.Headers.ContentType!.Parameters.Single(parameter => parameter.Name == "boundary").Value!;
            var reader = new MultipartReader(boundary, new MemoryStream(body));
            foreach (var (offset, length) in new[] { (0, 1), (1000, 150), (size - 100, 100) })
            {
                var section = (await reader.ReadNextSectionAsync(TestContext.Current.CancellationToken))!;
                Assert.Equal("application/octet-stream", section.ContentType);
                Assert.Equal($"bytes {offset}-{offset + length - 1}/{size}", section.Headers!["Content-Range"]);
                var part = new MemoryStream();
                await section.Body.CopyToAsync(part, TestContext.Current.CancellationToken);
                Assert.Equal(content[offset..(offset + length)], part.ToArray());
            }

            Assert.Null(await reader.ReadNextSectionAsync(TestContext.Current.CancellationToken));
            Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("HEAD", path, null, "Range: bytes=0-0,500-500")).StatusCode);
            var changed = await client.SendAsync("GET", path, null, "Range: bytes=0-0,500-500", "If-Range: \"other\"");
            Assert.Equal((HttpStatusCode.OK, size), (changed.StatusCode, (int)changed.Content.Headers.ContentLength!));
        }
    }

    [Fact]
    public async Task Several_large_ranges_are_streamed()
    {
        var content = RandomBytes(8 << 20);
        var digest = await Client.PushBlobAsync("a", content);
        var response = await Client.SendAsync("GET", $"/v2/a/blobs/{digest}", null, "Range: bytes=0-2999999,4000000-6999999");
        var body = await response.BytesAsync();
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.True(body.AsSpan().IndexOf(content.AsSpan(0, 3_000_000)) > 0);
        Assert.True(body.AsSpan().IndexOf(content.AsSpan(4_000_000, 3_000_000)) > 3_000_000);
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
        await Client.PushManifestAsync("a", "latest", index, MediaTypes.ImageIndex);
        var whole = await Client.SendAsync("GET", "/v2/a/manifests/latest", null, $"Accept: {MediaTypes.Manifest}", $"Accept: {MediaTypes.ImageIndex}");
        Assert.Equal(MediaTypes.ImageIndex, whole.Header("Content-Type"));
        var chosen = await Client.SendAsync("GET", "/v2/a/manifests/latest", null, $"Accept: {MediaTypes.Manifest}");
        Assert.Equal(Sha256(image), chosen.Header("Docker-Content-Digest"));
        var byDigest = await Client.SendAsync("GET", $"/v2/a/manifests/{Sha256(index)}", null, $"Accept: {MediaTypes.Manifest}");
        Assert.Equal(MediaTypes.ImageIndex, byDigest.Header("Content-Type"));
    }

    [Fact]
    public async Task Blob_of_another_repository_is_not_there()
    {
        var digest = await Client.PushBlobAsync("a", RandomBytes(10));
        await (await Client.SendAsync("GET", $"/v2/b/blobs/{digest}")).RefusedAsync(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }
}
