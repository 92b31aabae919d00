using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bistro.Model.Errors;
using Bistro.Registry.Auth;
using Bistro.Registry.Configuration;
using Bistro.Registry.Endpoints;
using Bistro.Registry.Http;
using Bistro.Registry.Names;
using Bistro.Registry.Repositories;

namespace Bistro.Unit.Configuration;

/// <summary><c>tls</c>, <c>auth</c>, <c>limits</c> and <c>content</c> of <c>bistro.yaml</c>.</summary>
public sealed class AccessConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-access-");

    public AccessConfigurationTests()
    {
        Write("users", $"# people\nalice:{BCrypt.Net.BCrypt.HashPassword("secret", 4)}\n\n");
        Write("old-users", "# people\nbob:$apr1$hidden\n");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        Write("server.pem", certificate.ExportCertificatePem());
        Write("server.key", key.ExportPkcs8PrivateKeyPem());
        Write("other.key", other.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Without_its_sections_a_server_has_no_authentication_and_the_defaults()
    {
        var registry = Read("listen: localhost:1").Registry;
        Assert.Null(registry.Auth);
        Assert.Null(registry.Tls);
        Assert.Null(registry.Rate);
        Assert.Equal(new ContentRules(), registry.Rules);
        Assert.Equal(new PageLimits(), registry.Pages);
    }

    [Fact]
    public void Everything_that_can_be_said_is_read()
    {
        var registry = Read("""
            tls: {certificate: server.pem, key: server.key}
            auth:
              htpasswd: users
              token: {service: shop, realm: "https://shop.example/token", lifetime: 60, key: server.key}
              issuer: {issuer: "https://login.example", audience: shop, keys: "https://login.example/jwks", realm: "https://login.example/token", groups-claim: roles}
              access:
              - {who: '@anonymous', repositories: public/*, actions: pull}
              - {who: [alice, '@ops'], actions: [pull, push, build]}
            limits: {connections: 1, uploads: 2, requests-per-second: 3, burst: 4, headers: 50, header-bytes: 8K, slowest-push: 5, manifest: 5M, blob: 1G, tags: 6, repositories: 7, referrers: 8, memory: 16M}
            content: {sparse: false, chunk-min-length: 1K, delete-tags: false, delete-manifests: false, delete-blobs: false}
            """).Registry;
        Assert.Equal(new TlsOptions(In("server.pem"), In("server.key")), registry.Tls);
        var auth = registry.Auth!;
        Assert.Equal(In("users"), auth.PasswordFile);
        Assert.Equal(new TokenOptions { Service = "shop", Realm = new Uri("https://shop.example/token"), Lifetime = TimeSpan.FromMinutes(1), KeyFile = In("server.key") }, auth.Tokens);
        Assert.Equal(
            new ExternalIssuerOptions
            {
                Issuer = "https://login.example",
                Audience = "shop",
                KeySet = new Uri("https://login.example/jwks"),
                Realm = new Uri("https://login.example/token"),
                GroupsClaim = "roles",
            },
            auth.Issuer);
        var rules = new AccessRules(auth.Rules);
        Assert.Equal(RepositoryActions.Pull, rules.Allowed(Identity.Anonymous, RepositoryName.Parse("public/x")));
        Assert.Equal(RepositoryActions.None, rules.Allowed(Identity.Anonymous, RepositoryName.Parse("team/x")));
        Assert.Equal(RepositoryActions.All & ~RepositoryActions.Delete, rules.Allowed(new Identity("alice", []), RepositoryName.Parse("team/x")));
        Assert.Equal((1, 2, 50, 8 << 10, 5, 16L << 20), (registry.MaxConnections, registry.MaxUploads, registry.MaxHeaders, registry.MaxHeaderBytes, registry.SlowestPush, registry.CacheBytes));
        Assert.Equal(new RequestRateOptions(3, 4), registry.Rate);
        Assert.Equal(new PageLimits { Tags = 6, Repositories = 7, Referrers = 8 }, registry.Pages);
        Assert.Equal(
            new ContentRules { MaxManifestBytes = 5 << 20, MaxBlobBytes = 1 << 30, MinChunkBytes = 1024, AllowSparse = false, AllowTagDelete = false, AllowManifestDelete = false, AllowBlobDelete = false },
            registry.Rules);
    }

    [Fact]
    public void Without_a_list_authenticated_users_may_do_everything()
    {
        var rules = new AccessRules(Read("auth: {htpasswd: users}").Registry.Auth!.Rules);
        Assert.Equal(RepositoryActions.All, rules.Allowed(new Identity("alice", []), RepositoryName.Parse("a")));
        Assert.Equal(RepositoryActions.None, rules.Allowed(Identity.Anonymous, RepositoryName.Parse("a")));
    }

    [Fact]
    public void A_setting_may_come_from_the_environment() =>
        Assert.Equal(9, Read("", name => name == "BISTRO_LIMITS_UPLOADS" ? "9" : null).Registry.MaxUploads);

    [Theory]
    [InlineData("limits: {uploads: 0}", 1, 19, "'uploads' must be at least 1, not 0")]
    [InlineData("limits: {burst: 5}", 1, 17, "'burst' requires 'requests-per-second'")]
    [InlineData("limits: {blob: 1X}", 1, 16, "'blob' is a number of bytes")]
    [InlineData("limits: {blob: 9999999999T}", 1, 16, "'blob' is a number of bytes")]
    [InlineData("limits: {manifest: 1K}", 1, 20, "'manifest' must be between 65536")]
    [InlineData("shutdown-timeout: 5000000", 1, 19, "'shutdown-timeout' must be at most 2592000, not 5000000")]
    [InlineData("limits: {headers: 3}", 1, 19, "'headers' must be at least 20")]
    [InlineData("limits: {colour: 3}", 1, 18, "Unexpected key: colour")]
    [InlineData("content: {sparse: maybe}", 1, 19, "Value of 'sparse' is not of the expected type")]
    [InlineData("tls: {certificate: none.pem}", 1, 20, "must name an existing file")]
    [InlineData("tls: {certificate: server.pem, key: other.key}", 1, 20, "a certificate and its key")]
    [InlineData("auth: {htpasswd: none}", 1, 18, "the file does not exist or cannot be read")]
    [InlineData("auth: {htpasswd: 'alice:hidden'}", 1, 18, "the file does not exist")]
    [InlineData("tls: {certificate: server.pem, key: '-----BEGIN PRIVATE KEY-----hidden'}", 1, 37, "'key' must name an existing file")]
    [InlineData("auth: {htpasswd: old-users}", 2, 5, "bcrypt hash")]
    [InlineData("auth: {token: {}}", 1, 15, "'token' requires 'htpasswd'")]
    [InlineData("auth: {htpasswd: users, token: {key: other.key}}", 1, 38, "must name a file with a private key in PEM for ES256")]
    [InlineData("auth: {htpasswd: users, token: {key: server.pem}}", 1, 38, "must name a file with a private key in PEM for ES256")]
    [InlineData("auth: {htpasswd: users, token: {service: 'a\"b'}}", 1, 42, "'service' must be one ASCII word")]
    [InlineData("auth: {issuer: {issuer: a, audience: b, keys: 'https://user:hidden@login.example'}}", 1, 47, "without a user name or password")]
    [InlineData("auth: {issuer: {issuer: a, audience: b, keys: 'file:///x'}}", 1, 47, "begins with https://")]
    [InlineData("auth: {access: [{who: a, actions: fly}]}", 1, 35, "'fly' is not an action")]
    [InlineData("auth: {access: [{who: a, actions: pull, repositories: Team/x}]}", 1, 55, "'Team/x' is not a repository pattern")]
    public void A_mistake_is_reported_with_its_place_and_no_secret(string text, int line, int column, string message)
    {
        var mistake = Assert.Single(Assert.Throws<LoadException>(() => Read(text)).Errors);
        Assert.Equal((line, column), (mistake.Where!.Value.Line, mistake.Where.Value.Column));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls: {certificate: none.pem}")]
    [InlineData("tls: {certificate: server.pem, key: other.key}")]
    [InlineData("auth: {htpasswd: none}")]
    [InlineData("auth: {htpasswd: users, token: {key: none}}")]
    public void The_files_of_the_server_are_its_own_affair(string text)
    {
        Assert.Throws<LoadException>(() => Read(text));
        Read(text, isServing: false);
    }

    [Fact]
    public void Mistakes_of_several_sections_are_reported_together()
    {
        var error = Assert.Throws<LoadException>(() => Read("""
            tls: {certificate: none}
            auth:
              access:
              - {who: a, actions: fly}
            limits:
              tags: none
              uploads: -1
            """));
        Assert.Equal([1, 4, 6, 7], error.Errors.Select(mistake => mistake.Where!.Value.Line));
    }

    private string In(string name) => Path.Combine(_directory.FullName, name);

    private void Write(string name, string text) => File.WriteAllText(In(name), text);

    private BistroConfiguration Read(string text, Func<string, string?>? environment = null, bool isServing = true)
    {
        Write("bistro.yaml", text);
        return new ConfigurationReader(environment ?? (_ => null)).Read(In("bistro.yaml"), isServing);
    }
}
