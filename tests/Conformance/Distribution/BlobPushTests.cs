using System.Net;
using System.Net.Http.Headers;
using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>distribution-spec: Pushing blobs, way by way and in both algorithms.</summary>
public sealed class BlobPushTests : RegistryTest
{
    private const string Uploads = "/v2/a/blobs/uploads/";

    public static TheoryData<string> Algorithms => ["sha256", "sha512"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Blob_is_pushed_with_one_post(string algorithm)
    {
        var (content, digest) = Random(algorithm);
        await CreatedAsync(await Client.SendAsync("POST", $"{Uploads}?digest={digest}", Octets(content)), content, digest);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Blob_is_pushed_with_post_and_put(string algorithm)
    {
        var (content, digest) = Random(algorithm);
        await CreatedAsync(await Client.SendAsync("PUT", $"{await BeginAsync()}?digest={digest}", Octets(content)), content, digest);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Blob_is_pushed_in_chunks(string algorithm)
    {
        var (content, digest) = Random(algorithm, 3000);
        var location = await BeginAsync();
        foreach (var (first, last) in new[] { (0, 999), (1000, 1999), (2000, 2999) })
        {
            var chunk = await PatchAsync(location, content, first, last);
            Assert.Equal(HttpStatusCode.Accepted, chunk.StatusCode);
            Assert.Equal($"0-{last}", chunk.Header("Range"));
            location = chunk.Header("Location")!;
        }

        await CreatedAsync(await Client.SendAsync("PUT", $"{location}?digest={digest}"), content, digest);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Last_chunk_may_come_with_the_put(string algorithm)
    {
        var (content, digest) = Random(algorithm, 2000);
        var location = (await PatchAsync(await BeginAsync(), content, 0, 999)).Header("Location")!;
        await CreatedAsync(await Client.SendAsync("PUT", $"{location}?digest={digest}", Octets(content[1000..]), "Content-Range: 1000-1999"), content, digest);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Blob_is_pushed_as_a_stream(string algorithm)
    {
        var (content, digest) = Random(algorithm, 700_000);
        var response = await Client.SendAsync("PATCH", await BeginAsync(), new EndlessContent(content));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await CreatedAsync(await Client.SendAsync("PUT", $"{response.Header("Location")}?digest={digest}"), content, digest);
    }

    [Fact]
    public async Task Announced_sha512_is_hashed_on_the_way()
    {
        var (content, digest) = Random("sha512");
        var begun = await Client.SendAsync("POST", $"{Uploads}?digest-algorithm=sha512");
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        await CreatedAsync(await Client.SendAsync("PUT", $"{begun.Header("Location")}?digest={digest}", Octets(content)), content, digest);
    }

    [Fact]
    public async Task Blob_pushed_as_sha512_is_known_by_sha256_too()
    {
        var (content, digest) = Random("sha512");
        await Client.SendAsync("POST", $"{Uploads}?digest={digest}", Octets(content));
        var response = await Client.SendAsync("GET", $"/v2/a/blobs/{Sha256(content)}");
        Assert.Equal(content, await response.BytesAsync());
    }

    [Fact]
    public async Task Chunk_out_of_order_is_416_and_the_upload_goes_on()
    {
        var (content, digest) = Random("sha256", 2000);
        var location = await BeginAsync();
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, (await PatchAsync(location, content, 1000, 1999)).StatusCode);
        await ProgressAsync(location, "0-0");
        await PatchAsync(location, content, 0, 999);
        var again = await PatchAsync(location, content, 0, 999);
        await again.RefusedAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID");
        await ProgressAsync(location, "0-999");
        var wrongEnd = await Client.SendAsync("PUT", $"{location}?digest={digest}", Octets(content[500..]), "Content-Range: 500-1999");
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, wrongEnd.StatusCode);
        await PatchAsync(location, content, 1000, 1999);
        await CreatedAsync(await Client.SendAsync("PUT", $"{location}?digest={digest}"), content, digest);
    }

    [Theory]
    [InlineData("0-998")]
    [InlineData("0-1000")]
    public async Task Chunk_of_another_length_than_its_range_is_refused_whole(string range)
    {
        var (content, _) = Random("sha256", 1000);
        var location = await BeginAsync();
        var response = await Client.SendAsync("PATCH", location, Octets(content), $"Content-Range: {range}");
        await response.RefusedAsync(HttpStatusCode.BadRequest, "SIZE_INVALID");
        await ProgressAsync(location, "0-0");
    }

    [Fact]
    public async Task Stream_longer_than_its_range_leaves_nothing_behind()
    {
        var (content, digest) = Random("sha256", 1000);
        var location = await BeginAsync();
        var response = await Client.SendAsync("PATCH", location, new EndlessContent(content), "Content-Range: 0-499");
        await response.RefusedAsync(HttpStatusCode.BadRequest, "SIZE_INVALID");
        await ProgressAsync(location, "0-0");
        await CreatedAsync(await Client.SendAsync("PUT", $"{location}?digest={digest}", Octets(content)), content, digest);
    }

    [Fact]
    public async Task Upload_goes_on_after_a_restart()
    {
        var (content, digest) = Random("sha512", 2000);
        var location = new Uri((await PatchAsync(await BeginAsync(), content, 0, 999)).Header("Location")!, UriKind.Relative);
        await using var second = await RunningRegistry.StartAsync(Registry.Directory);
        var response = await second.Client.SendAsync("PUT", $"{location}?digest={digest}", Octets(content[1000..]), "Content-Range: 1000-1999");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Upload_of_another_repository_is_not_there()
    {
        var location = await BeginAsync();
        var response = await Client.SendAsync("GET", location.Replace("/v2/a/", "/v2/b/", StringComparison.Ordinal));
        await response.RefusedAsync(HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Cancelled_upload_is_gone()
    {
        var location = await BeginAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await Client.SendAsync("DELETE", location)).StatusCode);
        await (await Client.SendAsync("GET", location)).RefusedAsync(HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Registry.Directory, "partial")));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Content_of_another_digest_is_refused(string algorithm)
    {
        var (content, _) = Random(algorithm);
        var (_, other) = Random(algorithm);
        await (await Client.SendAsync("POST", $"{Uploads}?digest={other}", Octets(content))).RefusedAsync(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        await (await Client.SendAsync("PUT", $"{await BeginAsync()}?digest={other}", Octets(content))).RefusedAsync(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        Assert.Equal(HttpStatusCode.NotFound, (await Client.SendAsync("HEAD", $"/v2/a/blobs/{other}")).StatusCode);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Registry.Directory, "partial")));
    }

    [Fact]
    public async Task Empty_blob_is_a_blob()
    {
        var digest = await Client.PushBlobAsync("a", []);
        var response = await Client.SendAsync("GET", $"/v2/a/blobs/{digest}");
        Assert.Equal(0, response.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Blob_is_mounted_from_the_named_repository()
    {
        var content = RandomBytes(100);
        var digest = await Client.PushBlobAsync("b", content);
        var response = await Client.SendAsync("POST", $"{Uploads}?mount={digest}&from=b");
        Assert.Equal($"/v2/a/blobs/{digest}", response.Header("Location"));
        await CreatedAsync(response, content, digest);
    }

    [Fact]
    public async Task Blob_is_mounted_from_any_repository()
    {
        var content = RandomBytes(100);
        var digest = await Client.PushBlobAsync("b", content);
        await CreatedAsync(await Client.SendAsync("POST", $"{Uploads}?mount={digest}"), content, digest);
    }

    [Theory]
    [InlineData("&from=b")]
    [InlineData("")]
    public async Task Mount_of_a_missing_blob_becomes_an_upload(string from)
    {
        var (content, digest) = Random("sha256");
        var begun = await Client.SendAsync("POST", $"{Uploads}?mount={digest}{from}");
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        await CreatedAsync(await Client.SendAsync("PUT", $"{begun.Header("Location")}?digest={digest}", Octets(content)), content, digest);
    }

    [Fact]
    public async Task Deleted_blob_is_gone_at_once_and_stays_elsewhere()
    {
        var content = RandomBytes(100);
        var digest = await Client.PushBlobAsync("a", content);
        await Client.PushBlobAsync("b", content);
        Assert.Equal(HttpStatusCode.OK, (await Client.SendAsync("HEAD", $"/v2/a/blobs/{digest}")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await Client.SendAsync("DELETE", $"/v2/a/blobs/{digest}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.SendAsync("HEAD", $"/v2/a/blobs/{digest}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.SendAsync("DELETE", $"/v2/a/blobs/{digest}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Client.SendAsync("HEAD", $"/v2/b/blobs/{digest}")).StatusCode);
    }

    private static (byte[] Content, string Digest) Random(string algorithm, int length = 512)
    {
        var content = RandomBytes(length);
        return (content, algorithm == "sha256" ? Sha256(content) : Sha512(content));
    }

    private async Task<string> BeginAsync()
    {
        var response = await Client.SendAsync("POST", Uploads);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return response.Header("Location")!;
    }

    private Task<HttpResponseMessage> PatchAsync(string location, byte[] content, int first, int last) =>
        Client.SendAsync("PATCH", location, Octets(content[first..(last + 1)]), $"Content-Range: {first}-{last}");

    private async Task ProgressAsync(string location, string range)
    {
        var response = await Client.SendAsync("GET", location);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(range, response.Header("Range"));
        Assert.NotNull(response.Header("Location"));
    }

    private async Task CreatedAsync(HttpResponseMessage response, byte[] content, string digest)
    {
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(digest, response.Header("Docker-Content-Digest"));
        var pulled = await Client.SendAsync("GET", response.Header("Location")!);
        Assert.Equal(content, await pulled.BytesAsync());
        Assert.Equal(digest, pulled.Header("Docker-Content-Digest"));
    }

    /// <summary>A body without a length, sent with chunked encoding.</summary>
    private sealed class EndlessContent : HttpContent
    {
        private readonly byte[] _content;

        public EndlessContent(byte[] content)
        {
            _content = content;
            Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(_content).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
