using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Bistro.Registry.Auth;
using Bistro.Registry.Http;

using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>Who may do what, with passwords, with the server's own tokens and without either.</summary>
public sealed class AuthTests : IDisposable
{
    private const string Alice = "Authorization: Basic YWxpY2U6c2VjcmV0"; // alice:secret
    private const string Bob = "Authorization: Basic Ym9iOnNlY3JldA=="; // bob:secret
    private const string WrongAlice = "Authorization: Basic YWxpY2U6d3Jvbmc="; // alice:wrong

    private readonly string _passwords = Path.GetTempFileName();

    public AuthTests()
    {
        var hash = BCrypt.Net.BCrypt.HashPassword("secret", 4);
        File.WriteAllLines(_passwords, [$"alice:{hash}", $"bob:{hash}"]);
    }

    public void Dispose() => File.Delete(_passwords);

    [Fact]
    public async Task Password_opens_what_the_rules_allow()
    {
        await using var registry = await StartAsync(tokens: null);
        var client = registry.Client;
        var ping = await client.SendAsync("GET", "/v2/");
        await ping.RefusedAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.StartsWith("Basic realm=", ping.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("GET", "/v2/", null, Alice)).StatusCode);

        var blob = Octets([1]);
        Assert.Equal(HttpStatusCode.Created, (await client.SendAsync("POST", $"/v2/team/x/blobs/uploads/?digest={Sha256([1])}", blob, Alice)).StatusCode);
        var refused = await client.SendAsync("POST", $"/v2/team/x/blobs/uploads/?digest={Sha256([1])}", Octets([1]), Bob);
        await refused.RefusedAsync(HttpStatusCode.Forbidden, "DENIED");
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("GET", $"/v2/team/x/blobs/{Sha256([1])}", null, Bob)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync("DELETE", $"/v2/team/x/blobs/{Sha256([1])}", null, Bob)).StatusCode);
    }

    [Fact]
    public async Task Wrong_password_is_refused_even_if_all_users_may_read()
    {
        await using var registry = await StartAsync(tokens: null);
        await (await registry.Client.SendAsync("GET", "/v2/public/x/manifests/v1", null, WrongAlice)).RefusedAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        await (await registry.Client.SendAsync("GET", "/v2/public/x/manifests/v1")).RefusedAsync(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        await (await registry.Client.SendAsync("GET", "/v2/public/x/manifests/v1", null, "Authorization: Basic Og==")).RefusedAsync(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task An_unknown_user_learns_nothing_of_a_repository()
    {
        await using var registry = await StartAsync(tokens: null);
        await registry.Client.SendAsync("POST", $"/v2/team/x/blobs/uploads/?digest={Sha256([1])}", Octets([1]), Alice);
        foreach (var path in new[] { $"/v2/team/x/blobs/{Sha256([1])}", "/v2/team/none/tags/list" })
            await (await registry.Client.SendAsync("GET", path)).RefusedAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task Token_gives_what_was_asked_and_allowed()
    {
        await using var registry = await StartAsync(new TokenOptions());
        var client = registry.Client;
        var refused = await client.SendAsync("POST", "/v2/team/x/blobs/uploads/");
        Assert.Equal(
            $"Bearer realm=\"{registry.Address}token\",service=\"bistro\",scope=\"repository:team/x:pull,push\"", refused.Header("WWW-Authenticate"));
        var token = await TokenAsync(client, "repository:team/x:pull,push", Alice);
        Assert.Equal(HttpStatusCode.Accepted, (await client.SendAsync("POST", "/v2/team/x/blobs/uploads/", null, Bearer(token))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("GET", "/v2/", null, Bearer(token))).StatusCode);
        // Not asked for, though alice may.
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync("POST", "/v2/team/y/blobs/uploads/", null, Bearer(token))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync("DELETE", "/v2/team/x/manifests/v1", null, Bearer(token))).StatusCode);
        // Asked for, but bob may only read.
        var reading = await TokenAsync(client, "repository:team/x:pull,push", Bob);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync("POST", "/v2/team/x/blobs/uploads/", null, Bearer(reading))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync("GET", "/v2/team/x/manifests/v1", null, Bearer(reading))).StatusCode);
    }

    [Fact]
    public async Task An_unknown_user_gets_a_token_for_what_all_users_may()
    {
        await using var registry = await StartAsync(new TokenOptions());
        var token = await TokenAsync(registry.Client, "repository:public/x:pull repository:team/x:pull", null);
        Assert.Equal(HttpStatusCode.NotFound, (await registry.Client.SendAsync("GET", "/v2/public/x/manifests/v1", null, Bearer(token))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await registry.Client.SendAsync("GET", "/v2/team/x/manifests/v1", null, Bearer(token))).StatusCode);
    }

    [Fact]
    public async Task Token_endpoint_refuses_wrong_passwords_and_other_services()
    {
        await using var registry = await StartAsync(new TokenOptions());
        await (await registry.Client.SendAsync("GET", "/token?service=bistro", null, WrongAlice)).RefusedAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.Equal(HttpStatusCode.BadRequest, (await registry.Client.SendAsync("GET", "/token?service=other", null, Alice)).StatusCode);
        var put = await registry.Client.SendAsync("PUT", "/token");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, put.StatusCode);
        Assert.Equal(["GET", "POST"], put.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task Token_is_issued_for_the_form_of_OAuth2()
    {
        await using var registry = await StartAsync(new TokenOptions());
        var (status, answer) = await PostTokenAsync(registry.Client, "grant_type=password&service=bistro&client_id=test&scope=repository:team/x:pull,push&username=alice&password=secret");
        Assert.Equal(HttpStatusCode.OK, status);
        var token = answer.GetProperty("access_token").GetString()!;
        Assert.Equal(HttpStatusCode.Accepted, (await registry.Client.SendAsync("POST", "/v2/team/x/blobs/uploads/", null, Bearer(token))).StatusCode);
        // Clients keep a refresh token in place of the password; this server's key ends with the process.
        Assert.False(answer.TryGetProperty("refresh_token", out _));
    }

    [Theory]
    [InlineData("grant_type=password&service=bistro&username=alice&password=wrong", HttpStatusCode.Unauthorized)]
    [InlineData("grant_type=password&service=bistro&username=carol&password=secret", HttpStatusCode.Unauthorized)]
    [InlineData("grant_type=password&service=bistro&username=alice", HttpStatusCode.Unauthorized)]
    [InlineData("grant_type=refresh_token&service=bistro&refresh_token=x.y.z", HttpStatusCode.Unauthorized)]
    [InlineData("grant_type=password&service=other&username=alice&password=secret", HttpStatusCode.BadRequest)]
    [InlineData("grant_type=password&service=bistro", HttpStatusCode.BadRequest)]
    [InlineData("grant_type=refresh_token&service=bistro", HttpStatusCode.BadRequest)]
    [InlineData("grant_type=authorization_code&service=bistro&code=x", HttpStatusCode.BadRequest)]
    [InlineData("service=bistro", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("%", HttpStatusCode.BadRequest)]
    public async Task Wrong_form_of_OAuth2_is_refused(string form, HttpStatusCode status)
    {
        await using var registry = await StartAsync(new TokenOptions());
        Assert.Equal(status, (await PostTokenAsync(registry.Client, form)).Status);
    }

    [Fact]
    public async Task Long_or_foreign_body_is_refused_at_the_token_endpoint()
    {
        await using var registry = await StartAsync(new TokenOptions());
        var many = string.Join('&', Enumerable.Range(0, 2000).Select(i => $"k{i}=v"));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostTokenAsync(registry.Client, many)).Status);
        var large = await registry.Client.SendAsync("POST", "/token", Typed(new byte[100_000], "application/x-www-form-urlencoded"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await registry.Client.SendAsync("POST", "/token", Typed([], "application/json"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await registry.Client.SendAsync("POST", "/token")).StatusCode);
    }

    [Fact]
    public async Task Refresh_token_gets_tokens_until_the_password_changes()
    {
        var key = Path.GetTempFileName();
        using (var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            await File.WriteAllTextAsync(key, fresh.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        var time = new MovingTime();
        await using var registry = await StartAsync(new TokenOptions { KeyFile = key }, time);
        var (_, first) = await PostTokenAsync(registry.Client, "grant_type=password&service=bistro&username=alice&password=secret&access_type=offline");
        var refresh = first.GetProperty("refresh_token").GetString()!;
        var byHeader = await registry.Client.SendAsync("GET", "/token?service=bistro&offline_token=true", null, Alice);
        Assert.True((await byHeader.JsonAsync()).TryGetProperty("refresh_token", out _));
        var anonymous = await registry.Client.SendAsync("GET", "/token?service=bistro&offline_token=true");
        Assert.False((await anonymous.JsonAsync()).TryGetProperty("refresh_token", out _));

        var form = $"grant_type=refresh_token&service=bistro&scope=repository:team/x:pull,push&refresh_token={refresh}";
        time.GoOn(TimeSpan.FromDays(30));
        var (status, second) = await PostTokenAsync(registry.Client, form);
        Assert.Equal(HttpStatusCode.OK, status);
        var token = second.GetProperty("access_token").GetString()!;
        Assert.Equal(HttpStatusCode.Accepted, (await registry.Client.SendAsync("POST", "/v2/team/x/blobs/uploads/", null, Bearer(token))).StatusCode);
        // Neither kind of token is taken for the other.
        Assert.Equal(HttpStatusCode.Unauthorized, (await registry.Client.SendAsync("GET", "/v2/", null, Bearer(refresh))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostTokenAsync(registry.Client, $"grant_type=refresh_token&refresh_token={token}")).Status);

        await File.WriteAllTextAsync(_passwords, $"alice:{BCrypt.Net.BCrypt.HashPassword("other", 4)}", TestContext.Current.CancellationToken);
        time.GoOn(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostTokenAsync(registry.Client, form)).Status);
        File.Delete(key);
    }

    [Fact]
    public async Task Password_file_that_is_away_leaves_the_old_one_in_use()
    {
        var time = new MovingTime();
        await using var registry = await StartAsync(tokens: null, time);
        File.Delete(_passwords);
        time.GoOn(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await registry.Client.SendAsync("GET", "/v2/", null, Alice)).StatusCode);
        await (await registry.Client.SendAsync("GET", "/v2/", null, WrongAlice)).RefusedAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task Catalogue_lists_what_the_caller_may_pull()
    {
        await using var registry = await StartAsync(new TokenOptions());
        var client = registry.Client;
        foreach (var repository in new[] { "team/x", "secret/x" })
        {
            var push = await TokenAsync(client, $"repository:{repository}:push", Alice);
            await client.SendAsync("POST", $"/v2/{repository}/blobs/uploads/?digest={Sha256([1])}", Octets([1]), Bearer(push));
        }

        await (await client.SendAsync("GET", "/v2/_catalog")).RefusedAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        var token = await TokenAsync(client, "registry:catalog:*", Bob);
        var names = (await (await client.SendAsync("GET", "/v2/_catalog", null, Bearer(token))).JsonAsync()).GetProperty("repositories");
        Assert.Equal(["team/x"], names.EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task Mount_from_a_repository_that_the_caller_may_not_read_becomes_an_upload()
    {
        await using var registry = await StartAsync(tokens: null);
        await registry.Client.SendAsync("POST", $"/v2/secret/x/blobs/uploads/?digest={Sha256([1])}", Octets([1]), Alice);
        foreach (var from in new[] { "&from=secret/x", "" })
        {
            var response = await registry.Client.SendAsync("POST", $"/v2/bob/x/blobs/uploads/?mount={Sha256([1])}{from}", null, Bob);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }
    }

    [Fact]
    public async Task Client_with_too_many_requests_is_reported_when_to_come_again()
    {
        await using var registry = await RunningRegistry.StartAsync(configure: options => options with { Rate = new RequestRateOptions(1, 2) });
        await registry.Client.SendAsync("GET", "/v2/");
        await registry.Client.SendAsync("GET", "/v2/");
        var response = await registry.Client.SendAsync("GET", "/v2/");
        await response.RefusedAsync(HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS");
        Assert.Equal("1", response.Header("Retry-After"));
    }

    [Fact]
    public async Task Renewed_certificate_is_used_for_the_next_connection()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        var tls = new TlsOptions(Path.Combine(directory, "tls.crt"), Path.Combine(directory, "tls.key"));
        WriteCertificate(tls, "CN=first");
        var time = new MovingTime();
        await using var registry = await RunningRegistry.StartAsync(configure: options => options with { Tls = tls }, time: time);
        Assert.Equal("CN=first", await SubjectAsync(registry.Address));
        WriteCertificate(tls, "CN=second");
        time.GoOn(TimeSpan.FromSeconds(5));
        Assert.Equal("CN=second", await SubjectAsync(registry.Address));
        await File.WriteAllTextAsync(tls.CertificateFile, "nonsense", TestContext.Current.CancellationToken);
        time.GoOn(TimeSpan.FromSeconds(5));
        Assert.Equal("CN=second", await SubjectAsync(registry.Address));
        Directory.Delete(directory, recursive: true);
    }

    private static void WriteCertificate(TlsOptions files, string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(files.CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(files.KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private static async Task<string> SubjectAsync(Uri address)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, presented, _, _) => presented?.Subject.Length > 0);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, TestContext.Current.CancellationToken);
        return stream.RemoteCertificate!.Subject;
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> PostTokenAsync(HttpClient client, string form)
    {
        var response = await client.SendAsync("POST", "/token", Typed(Encoding.ASCII.GetBytes(form), "application/x-www-form-urlencoded"));
        return (response.StatusCode, await response.JsonAsync());
    }

    private Task<RunningRegistry> StartAsync(TokenOptions? tokens, TimeProvider? time = null) => RunningRegistry.StartAsync(time: time, configure: options => options with
    {
        Auth = new AuthOptions
        {
            PasswordFile = _passwords,
            Tokens = tokens,
            Rules =
            [
                new AccessRule([AccessRule.Anonymous], [new("public/**")], RepositoryActions.Pull),
                new AccessRule([AccessRule.Authenticated], [new("team/**"), new("public/**")], RepositoryActions.Pull),
                new AccessRule(["bob"], [new("bob/**")], RepositoryActions.All),
                new AccessRule(["alice"], [new("**")], RepositoryActions.All),
            ],
        },
    });

    private static async Task<string> TokenAsync(HttpClient client, string scope, string? authorization)
    {
        var response = await client.SendAsync("GET", $"/token?service=bistro&scope={Uri.EscapeDataString(scope)}", null, authorization is null ? [] : [authorization]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.JsonAsync()).GetProperty("token").GetString()!;
    }

    private static string Bearer(string token) => $"Authorization: Bearer {token}";

    /// <summary>The real clock, put forward.</summary>
    private sealed class MovingTime : TimeProvider
    {
        private TimeSpan _ahead;

        public void GoOn(TimeSpan by) => _ahead += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);
    }
}
