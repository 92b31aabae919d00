using System.Net;
using System.Text.Json;
using Bistro.Builder.Images.Oci;
using Bistro.Registry.Endpoints;

using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>distribution-spec: Content Discovery.</summary>
public sealed class DiscoveryTests : RegistryTest
{
    private static readonly string Subject = Sha256([1, 2, 3]);

    protected override RegistryOptions Configure(RegistryOptions options) => options with { Pages = new PageLimits { Referrers = 2 } };

    [Fact]
    public async Task Tags_are_in_byte_order()
    {
        await PushTagsAsync("b", "B", "a", "1", "_");
        Assert.Equal(["1", "B", "_", "a", "b"], await ListAsync("/v2/a/tags/list", "tags"));
    }

    [Fact]
    public async Task Tags_come_page_by_page()
    {
        await PushTagsAsync("a", "b", "c", "d", "e");
        var response = await Client.SendAsync("GET", "/v2/a/tags/list?n=2");
        Assert.Equal("</v2/a/tags/list?n=2&last=b>; rel=\"next\"", response.Header("Link"));
        Assert.Equal(["c", "d"], await ListAsync("/v2/a/tags/list?n=2&last=b", "tags"));
        var last = await Client.SendAsync("GET", "/v2/a/tags/list?n=2&last=d");
        Assert.Null(last.Header("Link"));
        Assert.Equal(["d", "e"], await ListAsync("/v2/a/tags/list?last=c", "tags"));
        Assert.Equal(["c", "d", "e"], await ListAsync("/v2/a/tags/list?last=bb", "tags"));
    }

    [Fact]
    public async Task Page_of_no_tags_is_empty_and_the_last()
    {
        await PushTagsAsync("a");
        var response = await Client.SendAsync("GET", "/v2/a/tags/list?n=0");
        Assert.Empty((await response.JsonAsync()).GetProperty("tags").EnumerateArray());
        Assert.Null(response.Header("Link"));
    }

    [Fact]
    public async Task Page_of_exactly_all_tags_is_the_last()
    {
        await PushTagsAsync("a", "b");
        Assert.Null((await Client.SendAsync("GET", "/v2/a/tags/list?n=2")).Header("Link"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("1.5")]
    [InlineData("")]
    public async Task Number_of_tags_that_is_none_is_refused(string number) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await Client.SendAsync("GET", $"/v2/a/tags/list?n={number}")).StatusCode);

    [Fact]
    public async Task Endless_page_is_as_long_as_the_list()
    {
        await PushTagsAsync("a", "b");
        Assert.Equal(["a", "b"], await ListAsync("/v2/a/tags/list?n=9223372036854775807", "tags"));
    }

    [Fact]
    public async Task Tags_of_an_unknown_repository_are_404() =>
        await (await Client.SendAsync("GET", "/v2/none/tags/list")).RefusedAsync(HttpStatusCode.NotFound, "NAME_UNKNOWN");

    [Fact]
    public async Task Catalogue_lists_repositories_page_by_page()
    {
        foreach (var repository in new[] { "b", "a/x", "a" })
            await Client.PushBlobAsync(repository, []);
        Assert.Equal(["a", "a/x", "b"], await ListAsync("/v2/_catalog", "repositories"));
        var response = await Client.SendAsync("GET", "/v2/_catalog?n=2");
        Assert.Equal("</v2/_catalog?n=2&last=a%2Fx>; rel=\"next\"", response.Header("Link"));
        Assert.Equal(["b"], await ListAsync("/v2/_catalog?n=2&last=a%2Fx", "repositories"));
    }

    [Fact]
    public async Task Nothing_refers_to_an_unknown_manifest()
    {
        var response = await Client.SendAsync("GET", $"/v2/none/referrers/{Subject}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(MediaTypes.ImageIndex, response.Header("Content-Type"));
        var index = await response.JsonAsync();
        Assert.Equal(2, index.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(MediaTypes.ImageIndex, index.GetProperty("mediaType").GetString());
        Assert.Empty(index.GetProperty("manifests").EnumerateArray());
    }

    [Fact]
    public async Task Referrer_is_listed_with_its_type_and_annotations()
    {
        var manifest = await AttachAsync("application/spdx+json", ",\"annotations\":{\"a\":\"b\"}");
        var entry = Assert.Single((await ReferrersAsync()).EnumerateArray());
        Assert.Equal(Sha256(manifest), entry.GetProperty("digest").GetString());
        Assert.Equal(manifest.Length, entry.GetProperty("size").GetInt32());
        Assert.Equal(MediaTypes.Manifest, entry.GetProperty("mediaType").GetString());
        Assert.Equal("application/spdx+json", entry.GetProperty("artifactType").GetString());
        Assert.Equal("b", entry.GetProperty("annotations").GetProperty("a").GetString());
    }

    [Fact]
    public async Task Referrers_are_filtered_by_type()
    {
        await AttachAsync("application/x+y");
        await AttachAsync("application/z");
        var response = await Client.SendAsync("GET", $"/v2/a/referrers/{Subject}?artifactType=application%2Fx%2By");
        Assert.Equal("artifactType", response.Header("OCI-Filters-Applied"));
        Assert.Equal("application/x+y", Assert.Single((await response.JsonAsync()).GetProperty("manifests").EnumerateArray()).GetProperty("artifactType").GetString());
    }

    [Fact]
    public async Task Referrers_come_page_by_page()
    {
        for (var i = 0; i < 5; i++)
            await AttachAsync($"application/{i}");
        var digests = new HashSet<string>();
        var pages = 0;
        for (string? next = $"/v2/a/referrers/{Subject}"; next is not null; pages++)
        {
            var response = await Client.SendAsync("GET", next);
            foreach (var entry in (await response.JsonAsync()).GetProperty("manifests").EnumerateArray())
                Assert.True(digests.Add(entry.GetProperty("digest").GetString()!));
            next = response.Header("Link")?.Split('<', '>')[1];
        }

        Assert.Equal(5, digests.Count);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task Deleted_referrer_is_listed_no_more()
    {
        var manifest = await AttachAsync("application/x");
        await Client.SendAsync("DELETE", $"/v2/a/manifests/{Sha256(manifest)}");
        Assert.Empty((await ReferrersAsync()).EnumerateArray());
    }

    private async Task PushTagsAsync(params string[] tags)
    {
        var manifest = Image(Subject, 1, Subject, 1);
        foreach (var tag in tags)
            await Client.PushManifestAsync("a", tag, manifest);
    }

    private async Task<byte[]> AttachAsync(string artifactType, string members = "")
    {
        var subject = $$""","subject":{"mediaType":"{{MediaTypes.Manifest}}","digest":"{{Subject}}","size":1}""";
        var manifest = Image(Subject, 1, Subject, 1, $",\"artifactType\":\"{artifactType}\"{subject}{members}");
        await Client.PushManifestAsync("a", Sha256(manifest), manifest);
        return manifest;
    }

    private async Task<JsonElement> ReferrersAsync() =>
        (await (await Client.SendAsync("GET", $"/v2/a/referrers/{Subject}")).JsonAsync()).GetProperty("manifests");

    private async Task<string[]> ListAsync(string path, string member) =>
        [.. (await (await Client.SendAsync("GET", path)).JsonAsync()).GetProperty(member).EnumerateArray().Select(item => item.GetString()!)];
}
