using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Bistro.Registry.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bistro.Conformance.Distribution;

/// <summary>Tokens of an issuer elsewhere, good ones and all the bad ones.</summary>
public sealed class ExternalIssuerTests : IAsyncLifetime
{
    private const string Issuer = "https://issuer.example";
    private const string Audience = "registry";

    private readonly RSA _key = RSA.Create(2048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private WebApplication _keys = null!;
    private RunningRegistry _registry = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _keys = builder.Build();
        _keys.MapGet("/keys", (HttpContext context) => context.Response.WriteAsync(KeySetJson()));
        await _keys.StartAsync();
        _registry = await RunningRegistry.StartAsync(configure: options => options with
        {
            Auth = new AuthOptions
            {
                Issuer = new ExternalIssuerOptions { Issuer = Issuer, Audience = Audience, KeySet = new Uri(_keys.Urls.First() + "/keys") },
                Rules =
                [
                    new AccessRule(["ci"], [new("ci/**")], RepositoryActions.All),
                    new AccessRule(["@release"], [new("release/**")], RepositoryActions.All),
                ],
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _keys.DisposeAsync();
        _key.Dispose();
        _curve.Dispose();
    }

    [Fact]
    public async Task Bearer_has_the_rights_of_their_name() =>
        Assert.Equal(HttpStatusCode.Accepted, await PushAsync("ci/x", Rsa(Claims("ci"))));

    [Fact]
    public async Task Bearer_has_the_rights_of_their_groups()
    {
        Assert.Equal(HttpStatusCode.Accepted, await PushAsync("release/x", Rsa(Claims("dev", ",\"groups\":[\"release\"]"))));
        Assert.Equal(HttpStatusCode.Forbidden, await PushAsync("ci/x", Rsa(Claims("dev", ",\"groups\":[\"release\"]"))));
    }

    [Fact]
    public async Task Access_claim_lists_the_rights()
    {
        var token = Rsa(Claims("dev", ",\"access\":[{\"type\":\"repository\",\"name\":\"other/x\",\"actions\":[\"pull\",\"push\"]}]"));
        Assert.Equal(HttpStatusCode.Accepted, await PushAsync("other/x", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await PushAsync("other/y", token));
    }

    [Fact]
    public async Task Elliptic_keys_sign_too() => Assert.Equal(HttpStatusCode.Accepted, await PushAsync("ci/x", Elliptic(Claims("ci"))));

    public static TheoryData<string> BadTokens =>
    [
        "alg none", "alg none, no signature", "alg None", "wrong key, trusted kid", "signature of other claims", "HMAC with the public key", "RSA alg on the elliptic key",
        "unknown kid", "wrong audience", "wrong issuer", "expired", "not yet", "no expiry", "expiry as text", "two parts", "four parts", "empty", "not base64",
        "critical extension", "header twice", "own issuer", "cut signature",
    ];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Bad_token_is_refused(string kind)
    {
        var response = await _registry.Client.SendAsync("POST", "/v2/ci/x/blobs/uploads/", null, $"Authorization: Bearer {Bad(kind)}");
        await response.RefusedAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    private string Bad(string kind)
    {
        var good = Claims("ci");
        using var stranger = RSA.Create(2048);
        return kind switch
        {
            "alg none" => Join("{\"alg\":\"none\"}", good, [1]),
            "alg none, no signature" => Join("{\"alg\":\"none\"}", good, []),
            "alg None" => Join("{\"alg\":\"None\",\"kid\":\"rsa\"}", good, [1]),
            "wrong key, trusted kid" => Signed("{\"alg\":\"RS256\",\"kid\":\"rsa\"}", good, text => stranger.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            "signature of other claims" => $"{Rsa(good).Split('.')[0]}.{Encode(Claims("admin"))}.{Rsa(good).Split('.')[2]}",
            "HMAC with the public key" => Signed("{\"alg\":\"HS256\",\"kid\":\"rsa\"}", good, text => HMACSHA256.HashData(_key.ExportSubjectPublicKeyInfo(), text)),
            "RSA alg on the elliptic key" => Signed("{\"alg\":\"RS256\",\"kid\":\"ec\"}", good, text => _key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            "unknown kid" => Signed("{\"alg\":\"RS256\",\"kid\":\"other\"}", good, text => _key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            "wrong audience" => Rsa(Claims("ci", audience: "elsewhere")),
            "wrong issuer" => Rsa(Claims("ci", issuer: "https://evil.example")),
            "expired" => Rsa(Claims("ci", from: -7200, until: -3600)),
            "not yet" => Rsa(Claims("ci", from: 3600, until: 7200)),
            "no expiry" => Rsa($"{{\"iss\":\"{Issuer}\",\"aud\":\"{Audience}\",\"sub\":\"ci\"}}"),
            "expiry as text" => Rsa($"{{\"iss\":\"{Issuer}\",\"aud\":\"{Audience}\",\"sub\":\"ci\",\"exp\":\"9999999999\"}}"),
            "two parts" => string.Join('.', Rsa(good).Split('.')[..2]),
            "four parts" => Rsa(good) + ".x",
            "empty" => "..",
            "not base64" => "!!.!!.!!",
            "critical extension" => Signed("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[\"x\"]}", good, text => _key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            "header twice" => Signed("{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":\"rsa\"}", good, text => _key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            "own issuer" => Rsa(Claims("ci", issuer: "bistro")),
            _ => Rsa(good)[..^20],
        };
    }

    private async Task<HttpStatusCode> PushAsync(string repository, string token) =>
        (await _registry.Client.SendAsync("POST", $"/v2/{repository}/blobs/uploads/", null, $"Authorization: Bearer {token}")).StatusCode;

    private string Rsa(string claims) =>
        Signed("{\"alg\":\"RS256\",\"kid\":\"rsa\"}", claims, text => _key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private string Elliptic(string claims) => Signed("{\"alg\":\"ES256\",\"kid\":\"ec\"}", claims, text => _curve.SignData(text, HashAlgorithmName.SHA256));

    private static string Signed(string header, string claims, Func<byte[], byte[]> sign) =>
        Join(header, claims, sign(Encoding.ASCII.GetBytes($"{Encode(header)}.{Encode(claims)}")));

    private static string Join(string header, string claims, byte[] signature) => $"{Encode(header)}.{Encode(claims)}.{Base64Url.EncodeToString(signature)}";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Claims(string subject, string more = "", string issuer = Issuer, string audience = Audience, int from = -60, int until = 600)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return $"{{\"iss\":\"{issuer}\",\"aud\":[\"{audience}\"],\"sub\":\"{subject}\",\"nbf\":{now + from},\"exp\":{now + until}{more}}}";
    }

    private string KeySetJson()
    {
        var (rsa, curve) = (_key.ExportParameters(false), _curve.ExportParameters(false));
        return $$"""
            {"keys":[
            {"kty":"RSA","kid":"rsa","alg":"RS256","use":"sig","n":"{{Base64Url.EncodeToString(rsa.Modulus)}}","e":"{{Base64Url.EncodeToString(rsa.Exponent)}}"},
            {"kty":"EC","kid":"ec","crv":"P-256","x":"{{Base64Url.EncodeToString(curve.Q.X)}}","y":"{{Base64Url.EncodeToString(curve.Q.Y)}}"},
            {"kty":"oct","kid":"hmac","k":"c2VjcmV0"}]}
            """;
    }
}
