using System.Net;
using System.Text.Json;
using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>Malformed and malicious requests: each gets its expected response, and the server's state does not change.</summary>
public sealed class HostileTests : RegistryTest
{
    [Fact]
    public async Task Every_hostile_request_has_its_answer_and_the_server_stays_as_it_was()
    {
        var content = RandomBytes(2048);
        var blob = $"/v2/there/blobs/{await Client.PushBlobAsync("there", content)}";
        var upload = (await Client.SendAsync("POST", "/v2/there/blobs/uploads/")).Header("Location")!;
        var requests = HostileRequests.All(upload, blob).ToList();
        Assert.InRange(requests.Count, 150, 1000);

        var mistakes = new List<string>();
        foreach (var request in requests)
            mistakes.AddRange(Judge(request, await RawClient.SendAsync(Registry.Address, request.Text)));
        Assert.True(mistakes.Count == 0, string.Join('\n', mistakes));

        Assert.Equal(content, await (await Client.SendAsync("GET", blob)).BytesAsync());
        Assert.Equal("0-0", (await Client.SendAsync("GET", upload)).Header("Range"));
        Assert.Equal(HttpStatusCode.NotFound, (await Client.SendAsync("GET", "/v2/a/tags/list")).StatusCode);
    }

    [Fact]
    public async Task Client_that_pauses_its_pull_gets_the_rest()
    {
        var content = RandomBytes(8 << 20);
        var digest = await Client.PushBlobAsync("a", content);
        using var response = await Client.GetAsync($"/v2/a/blobs/{digest}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var pulled = new byte[content.Length];
        await stream.ReadExactlyAsync(pulled.AsMemory(0, 1000), TestContext.Current.CancellationToken);
        // The socket is full now and the server waits; another client is served meanwhile.
        Assert.Equal(content, await (await Client.SendAsync("GET", $"/v2/a/blobs/{digest}")).BytesAsync());
        await stream.ReadExactlyAsync(pulled.AsMemory(1000), TestContext.Current.CancellationToken);
        Assert.Equal(content, pulled);
        // However long it pauses: the web server's own floor would end the pull after five seconds.
        Assert.Null(Registry.Limits.MinResponseDataRate);
    }

    [Fact]
    public async Task Push_that_only_trickles_is_ended_and_can_be_resumed()
    {
        // The shortest grace that the web server knows is a second.
        await using var registry = await RunningRegistry.StartAsync(configure: options => options with
        {
            SlowestPush = 1 << 20,
            PushGrace = TimeSpan.FromSeconds(1.5),
        });
        var upload = (await registry.Client.SendAsync("POST", "/v2/a/blobs/uploads/")).Header("Location")!;
        var answer = await RawClient.SendAsync(registry.Address, $"PATCH {upload} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabcd");
        Assert.Equal(408, RawClient.StatusOf(answer));
        // What has arrived is kept, and the client continues behind it.
        Assert.Equal("0-3", (await registry.Client.SendAsync("GET", upload)).Header("Range"));
        var rest = await registry.Client.SendAsync("PUT", $"{upload}?digest={Sha256("abcdefgh"u8.ToArray())}", Octets("efgh"u8.ToArray()), "Content-Range: 4-7");
        Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
    }

    [Theory]
    [InlineData("PUT", "/v2/a/manifests/x")]
    [InlineData("POST", "/v2/a/blobs/uploads/?digest=" + HostileRequests.Digest)]
    public async Task Body_that_never_comes_is_ended(string method, string path)
    {
        await using var registry = await RunningRegistry.StartAsync(configure: options => options with { PushGrace = TimeSpan.FromSeconds(1.5) });
        var answer = await RawClient.SendAsync(registry.Address, $"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
        Assert.Equal(408, RawClient.StatusOf(answer));
        Assert.Equal(HttpStatusCode.NotFound, (await registry.Client.SendAsync("GET", "/v2/a/tags/list")).StatusCode);
    }

    private IEnumerable<string> Judge(HostileRequest request, string answer)
    {
        var status = RawClient.StatusOf(answer);
        if (status != request.Status)
            yield return $"{request}: {status} instead of {request.Status}";
        if (answer.Contains("   at ", StringComparison.Ordinal) || answer.Contains(Registry.Directory, StringComparison.Ordinal))
            yield return $"{request}: the response contains internal details of the server";
        if ((status == 405) != answer.Contains("\r\nAllow: ", StringComparison.Ordinal))
            yield return $"{request}: a 405, and no other answer, lists the allowed methods";
        if (request.Code is { } code && CodeOf(answer) is var told && told != code)
            yield return $"{request}: {told} instead of {code}";
    }

    private static string? CodeOf(string answer)
    {
        var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        return body.StartsWith('{') ? JsonDocument.Parse(body).RootElement.GetProperty("errors")[0].GetProperty("code").GetString() : null;
    }
}
