using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Bistro.Registry.Auth;
using Microsoft.Extensions.Time.Testing;

namespace Bistro.Unit.Auth;

public sealed class KeySetTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly FakeTimeProvider _time = new();
    private readonly LineLog _log = new();

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task Issuer_that_hangs_delays_requests_only_briefly()
    {
        // The kernel accepts the connection, and nothing answers.
        using var issuer = new TcpListener(IPAddress.Loopback, 0);
        issuer.Start();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var keys = new KeySet(new Uri($"http://{issuer.LocalEndpoint}/keys"), http, new HastyTime(), _log);
        var token = JsonWebToken.Parse($"{Encode("{\"alg\":\"RS256\"}"u8)}.{Encode("{}"u8)}.{Encode("x"u8)}")!;
        Assert.False(await keys.VerifiesAsync(token, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""{"error":"sorry"}""")]
    [InlineData("""[]""")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Answer_that_is_no_key_set_leaves_the_known_keys_in_use_and_is_logged_once(string answer)
    {
        var issuer = new Issuer { Answer = $$"""{"keys":[{{Jwk("a")}}]}""" };
        using var http = new HttpClient(issuer);
        using var keys = new KeySet(new Uri("http://issuer.example/keys"), http, _time, _log);
        Assert.True(await VerifiesAsync(keys, "a"));
        issuer.Answer = answer;
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            Assert.False(await VerifiesAsync(keys, "b"));
            Assert.True(await VerifiesAsync(keys, "a"));
        }

        Assert.Contains("stay in use", Assert.Single(_log.Lines), StringComparison.Ordinal);
        issuer.Answer = $$"""{"keys":[{{Jwk("b")}}]}""";
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.True(await VerifiesAsync(keys, "b"));
        Assert.Contains("fetched again", _log.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Malformed_keys_of_a_set_are_ignored()
    {
        var issuer = new Issuer
        {
            Answer = $$"""{"keys":[1,null,{},{"kty":"EC","crv":"P-256","x":"!","y":"!"},{"kty":"EC","crv":"P-256"},{"kty":"RSA","n":"AA","e":""},{{Jwk("a")}}]}""",
        };
        using var http = new HttpClient(issuer);
        using var keys = new KeySet(new Uri("http://issuer.example/keys"), http, _time, _log);
        Assert.True(await VerifiesAsync(keys, "a"));
    }

    private ValueTask<bool> VerifiesAsync(KeySet keys, string id)
    {
        var text = $"{Encode(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{id}}"}"""))}.{Encode("{}"u8)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256);
        return keys.VerifiesAsync(JsonWebToken.Parse($"{text}.{Encode(signature)}")!, TestContext.Current.CancellationToken);
    }

    private string Jwk(string id)
    {
        var point = _key.ExportParameters(false).Q;
        return $$"""{"kty":"EC","kid":"{{id}}","crv":"P-256","x":"{{Encode(point.X)}}","y":"{{Encode(point.Y)}}"}""";
    }

    private static string Encode(ReadOnlySpan<byte> text) => Base64Url.EncodeToString(text);

    private sealed class Issuer : HttpMessageHandler
    {
        public string Answer { get; set; } = "";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Answer) });
    }

    /// <summary>Every timer fires at once.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
