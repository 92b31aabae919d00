using System.Net;
using System.Text;
using Bistro.Builder.Images.Oci;

using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>distribution-spec: Pushing Manifests.</summary>
public sealed class ManifestPushTests : RegistryTest
{
    private static readonly string Missing = Sha256([1, 2, 3]);

    [Fact]
    public async Task Manifest_pushed_by_digest_has_no_tag()
    {
        var manifest = Image(Missing, 1, Missing, 1);
        var response = await Client.SendAsync("PUT", $"/v2/a/manifests/{Sha256(manifest)}", Typed(manifest, MediaTypes.Manifest));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(Sha256(manifest), response.Header("Docker-Content-Digest"));
        Assert.Equal(manifest, await (await Client.SendAsync("GET", response.Header("Location")!)).BytesAsync());
        Assert.Empty((await TagsAsync("a")));
    }

    [Fact]
    public async Task Tag_moves_to_the_manifest_pushed_last()
    {
        var first = await Client.PushImageAsync("a", "v1");
        Assert.Equal(first, await GetAsync("v1"));
        var second = await Client.PushImageAsync("a", "v1");
        Assert.Equal(second, await GetAsync("v1"));
        Assert.Equal(first, await GetAsync(Sha256(first)));
    }

    [Fact]
    public async Task Manifest_of_four_mebibytes_is_kept_and_one_byte_more_is_413()
    {
        var manifest = Padded(4 << 20);
        await Client.PushManifestAsync("a", "large", manifest);
        Assert.Equal(manifest, await GetAsync("large"));
        var response = await Client.SendAsync("PUT", "/v2/a/manifests/larger", Typed(Padded((4 << 20) + 1), MediaTypes.Manifest));
        await response.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
    }

    [Fact]
    public async Task Sha512_manifest_is_answered_with_sha512()
    {
        var manifest = Image(Missing, 1, Missing, 1);
        var digest = Sha512(manifest);
        var pushed = await Client.SendAsync("PUT", $"/v2/a/manifests/{digest}?tag=x", Typed(manifest, MediaTypes.Manifest));
        Assert.Equal(digest, pushed.Header("Docker-Content-Digest"));
        foreach (var reference in new[] { digest, "x" })
            Assert.Equal(digest, (await Client.SendAsync("HEAD", $"/v2/a/manifests/{reference}")).Header("Docker-Content-Digest"));
    }

    [Fact]
    public async Task Tag_parameters_tag_the_manifest()
    {
        var manifest = Image(Missing, 1, Missing, 1);
        var response = await Client.SendAsync("PUT", $"/v2/a/manifests/{Sha256(manifest)}?tag=one&tag=two", Typed(manifest, MediaTypes.Manifest));
        Assert.Equal("one, two", response.Header("OCI-Tag"));
        Assert.Equal(["one", "two"], await TagsAsync("a"));
    }

    [Theory]
    [InlineData(MediaTypes.Manifest)]
    [InlineData(MediaTypes.ImageIndex)]
    public async Task Subject_is_acknowledged_though_it_is_missing(string mediaType)
    {
        var members = mediaType == MediaTypes.ImageIndex ? "\"manifests\":[]" : $$"""
            "config":{"mediaType":"a/b","digest":"{{Missing}}","size":1},"layers":[]
            """;
        var manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{mediaType}}",{{members}},"subject":{"mediaType":"{{MediaTypes.Manifest}}","digest":"{{Missing}}","size":1} }
            """);
        var response = await Client.SendAsync("PUT", $"/v2/a/manifests/{Sha256(manifest)}", Typed(manifest, mediaType));
        Assert.Equal(Missing, response.Header("OCI-Subject"));
    }

    [Fact]
    public async Task Manifest_of_another_digest_is_refused()
    {
        var response = await Client.SendAsync("PUT", $"/v2/a/manifests/{Missing}", Typed(Image(Missing, 1, Missing, 1), MediaTypes.Manifest));
        await response.RefusedAsync(HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    public async Task Manifest_deleted_by_digest_is_gone_with_its_tags()
    {
        var manifest = await Client.PushImageAsync("a", "v1");
        Assert.Equal(manifest, await GetAsync("v1"));
        Assert.Equal(HttpStatusCode.Accepted, (await Client.SendAsync("DELETE", $"/v2/a/manifests/{Sha256(manifest)}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.SendAsync("HEAD", $"/v2/a/manifests/{Sha256(manifest)}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.SendAsync("HEAD", "/v2/a/manifests/v1")).StatusCode);
        Assert.Empty(await TagsAsync("a"));
    }

    [Fact]
    public async Task Deleted_tag_leaves_its_manifest()
    {
        var manifest = await Client.PushImageAsync("a", "v1");
        Assert.Equal(HttpStatusCode.Accepted, (await Client.SendAsync("DELETE", "/v2/a/manifests/v1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.SendAsync("HEAD", "/v2/a/manifests/v1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.SendAsync("DELETE", "/v2/a/manifests/v1")).StatusCode);
        Assert.Equal(manifest, await GetAsync(Sha256(manifest)));
    }

    [Fact]
    public async Task What_was_pushed_is_there_after_a_restart()
    {
        var manifest = await Client.PushImageAsync("a", "v1");
        await using var second = await RunningRegistry.StartAsync(Registry.Directory);
        Assert.Equal(manifest, await (await second.Client.SendAsync("GET", "/v2/a/manifests/v1")).BytesAsync());
    }

    private static byte[] Padded(int length)
    {
        var manifest = Image(Missing, 1, Missing, 1, ",\"pad\":\"\"");
        return Image(Missing, 1, Missing, 1, $",\"pad\":\"{new string('x', length - manifest.Length)}\"");
    }

    private async Task<byte[]> GetAsync(string reference) => await (await Client.SendAsync("GET", $"/v2/a/manifests/{reference}")).BytesAsync();

    private async Task<string[]> TagsAsync(string repository) =>
        [.. (await (await Client.SendAsync("GET", $"/v2/{repository}/tags/list")).JsonAsync()).GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];
}
