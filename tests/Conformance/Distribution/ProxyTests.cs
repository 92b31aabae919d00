using System.Net;
using Bistro.Registry.Auth;
using Bistro.Registry.Http;
using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>The headers of proxies count when they come from a trusted one, and as far as trusted ones wrote them.</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly string _passwords = Path.GetTempFileName();

    public ProxyTests() => File.WriteAllText(_passwords, $"alice:{BCrypt.Net.BCrypt.HashPassword("secret", 4)}");

    public void Dispose() => File.Delete(_passwords);

    [Fact]
    public async Task Realm_has_the_scheme_and_host_that_the_client_used()
    {
        await using var registry = await StartAsync("127.0.0.1/32");
        Assert.Equal("https://registry.example/token", await RealmAsync(registry, "X-Forwarded-Proto: https", "X-Forwarded-Host: registry.example"));
        Assert.Equal("https://registry.example:8443/token", await RealmAsync(registry, "X-Forwarded-Proto: https", "X-Forwarded-Host: registry.example:8443"));
    }

    [Theory]
    [InlineData("X-Forwarded-Proto: java script", "X-Forwarded-Host: a b")]
    [InlineData("X-Forwarded-Proto: ht_tps", "X-Forwarded-Host: a/b")]
    [InlineData("X-Forwarded-Proto: ", "X-Forwarded-Host: ")]
    public async Task Malformed_values_are_ignored(string proto, string host)
    {
        await using var registry = await StartAsync("127.0.0.1/32");
        Assert.Equal($"{registry.Address}token", await RealmAsync(registry, proto, host));
    }

    [Fact]
    public async Task Headers_of_anybody_else_are_ignored()
    {
        await using var registry = await StartAsync("10.0.0.0/8");
        Assert.Equal($"{registry.Address}token", await RealmAsync(registry, "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example"));
        await using var plain = await StartAsync();
        Assert.Equal($"{plain.Address}token", await RealmAsync(plain, "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example"));
    }

    [Theory]
    // The nearest address that is not a proxy's is the client.
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("192.0.2.7, 10.1.2.3", "192.0.2.7")]
    [InlineData("192.0.2.7, 10.1.2.3, ::ffff:10.9.9.9", "192.0.2.7")]
    [InlineData("192.0.2.7:4711, 10.1.2.3", "192.0.2.7")]
    [InlineData("2001:db8::7, fd00::1", "2001:db8::7")]
    [InlineData("[2001:db8::7]:4711, fd00::1", "2001:db8::7")]
    // What the client wrote itself stands further left.
    [InlineData("198.51.100.1, 192.0.2.7", "192.0.2.7")]
    [InlineData("127.0.0.1, 198.51.100.1, 192.0.2.7, 10.1.2.3", "192.0.2.7")]
    [InlineData("10.0.0.1, 192.0.2.7", "192.0.2.7")]
    // What cannot be read ends the reading.
    [InlineData("unknown", "127.0.0.1")]
    [InlineData("192.0.2.7, nonsense, 10.1.2.3", "10.1.2.3")]
    public async Task Limits_count_the_client_of_a_chain_of_proxies(string forwarded, string client)
    {
        await using var registry = await RunningRegistry.StartAsync(configure: options => options with
        {
            Rate = new RequestRateOptions(1, 1),
            Proxies = new ProxyOptions { Trusted = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")] },
        });
        Assert.Equal(HttpStatusCode.OK, (await registry.Client.SendAsync("GET", "/v2/", null, $"X-Forwarded-For: {forwarded}")).StatusCode);
        // Another client is not counted with it; the same one, named alone, is.
        Assert.Equal(HttpStatusCode.OK, (await registry.Client.SendAsync("GET", "/v2/", null, "X-Forwarded-For: 203.0.113.99")).StatusCode);
        string[] same = client == "127.0.0.1" ? [] : [$"X-Forwarded-For: {client}"];
        Assert.Equal(HttpStatusCode.TooManyRequests, (await registry.Client.SendAsync("GET", "/v2/", null, same)).StatusCode);
    }

    [Theory]
    [InlineData("/registry")]
    [InlineData("")] // The proxy has removed the prefix.
    public async Task Every_address_has_the_prefix(string asked)
    {
        await using var registry = await RunningRegistry.StartAsync(configure: options => options with { Proxies = new ProxyOptions { PathPrefix = "/registry" } });
        var client = registry.Client;
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("GET", $"{asked}/v2/")).StatusCode);
        var begun = (await client.SendAsync("POST", $"{asked}/v2/a/blobs/uploads/")).Header("Location")!;
        Assert.StartsWith("/registry/v2/a/blobs/uploads/", begun, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await client.SendAsync("PATCH", begun, Octets([1]))).StatusCode);
        var closed = await client.SendAsync("PUT", $"{begun}?digest={Sha256([1])}");
        Assert.Equal($"/registry/v2/a/blobs/{Sha256([1])}", closed.Header("Location"));
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("GET", closed.Header("Location")!)).StatusCode);
        foreach (var tag in new[] { "a", "b" })
        {
            var image = Image(Sha256([1]), 1, Sha256([1]), 1, $",\"annotations\":{{\"tag\":\"{tag}\"}},\"subject\":{{\"mediaType\":\"x/y\",\"digest\":\"{Sha256([7])}\",\"size\":1}}");
            var pushed = await client.SendAsync("PUT", $"{asked}/v2/a/manifests/{tag}", Typed(image, "application/vnd.oci.image.manifest.v1+json"));
            Assert.Equal($"/registry/v2/a/manifests/{Sha256(image)}", pushed.Header("Location"));
        }

        await client.PushBlobAsync("b", [1]);
        foreach (var list in new[] { "/v2/a/tags/list?n=1", "/v2/_catalog?n=1", $"/v2/a/referrers/{Sha256([7])}?n=1" })
        {
            var link = (await client.SendAsync("GET", asked + list)).Header("Link")!;
            Assert.StartsWith($"</registry{list[..list.IndexOf('?', StringComparison.Ordinal)]}?", link, StringComparison.Ordinal);
            var next = link[1..link.IndexOf('>', StringComparison.Ordinal)];
            Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("GET", next)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync("GET", "/registryx/v2/")).StatusCode);
    }

    [Fact]
    public async Task Realm_has_the_prefix_and_answers_there()
    {
        await using var registry = await StartAsync(prefix: "/registry");
        var realm = await RealmAsync(registry);
        Assert.Equal($"{registry.Address}registry/token", realm);
        Assert.Equal(HttpStatusCode.OK, (await registry.Client.SendAsync("GET", $"{realm}?service=bistro", null, "Authorization: Basic YWxpY2U6c2VjcmV0")).StatusCode);
    }

    private static async Task<string> RealmAsync(RunningRegistry registry, params string[] headers)
    {
        var challenge = (await registry.Client.SendAsync("GET", "/v2/", null, headers)).Header("WWW-Authenticate")!;
        const string Begin = "Bearer realm=\"";
        return challenge[Begin.Length..challenge.IndexOf('"', Begin.Length)];
    }

    private Task<RunningRegistry> StartAsync(string? proxy = null, string prefix = "") => RunningRegistry.StartAsync(configure: options => options with
    {
        Auth = new AuthOptions
        {
            PasswordFile = _passwords,
            Tokens = new TokenOptions(),
            Rules = [new AccessRule([AccessRule.Authenticated], [RepositoryPattern.Everything], RepositoryActions.All)],
        },
        Proxies = new ProxyOptions { Trusted = proxy is null ? [] : [IPNetwork.Parse(proxy)], PathPrefix = prefix },
    });
}
