using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Bistro.Conformance.Quickstart;

/// <summary>A server for others, as bistro.yaml describes it: TLS, users, who may do what. podman and skopeo are its clients.</summary>
public sealed class GuardedServerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-guarded-");
    private BistroServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        var hash = BCrypt.Net.BCrypt.HashPassword("secret", 4);
        Write("users", $"builder:{hash}\nreader:{hash}\n");
        WriteCertificate("CN=first");
        Write("project/project.conf", "name: little\nmin-version: 2.0\nelement-path: elements\n");
        Write("project/files/motd", "one\n");
        foreach (var element in new[] { "built", "unbuilt" })
            Write($"project/elements/{element}.bst", $"kind: import\nsources:\n- kind: local\n  path: files\nconfig:\n  target: /{element}\n");
        Write("bistro.yaml", """
            tls: {certificate: tls.crt, key: tls.key}
            projects:
              little: {path: project}
            auth:
              htpasswd: users
              token: {}
              access:
                - {who: builder, actions: "*"}
                - {who: reader, actions: pull}
            """);
        _server = await BistroServer.StartAsync(Path.Combine(_directory.FullName, "store"), Path.Combine(_directory.FullName, "bistro.yaml"));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Podman_logs_in_pulls_and_pushes_what_it_may()
    {
        await using var podman = new Podman();
        var image = $"{_server.Address}/little/built";
        Assert.NotEqual(0, (await LogInAsync(podman, "builder", "wrong")).ExitCode);
        Assert.NotEqual(0, (await podman.RunAsync("pull", "--tls-verify=false", image)).ExitCode);

        (await LogInAsync(podman, "builder", "secret")).Succeeded();
        (await podman.RunAsync("pull", "--tls-verify=false", image)).Succeeded();
        (await podman.RunAsync("push", "--tls-verify=false", image, $"{_server.Address}/copies/built:v1")).Succeeded();

        (await LogInAsync(podman, "reader", "secret")).Succeeded();
        (await podman.RunAsync("pull", "--tls-verify=false", $"{_server.Address}/copies/built:v1")).Succeeded();
        Assert.NotEqual(0, (await podman.RunAsync("push", "--tls-verify=false", image, $"{_server.Address}/copies/built:v2")).ExitCode);
        Assert.DoesNotContain("secret", _server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Skopeo_copies_between_repositories()
    {
        string[] credentials = ["--src-tls-verify=false", "--dest-tls-verify=false", "--src-creds=builder:secret", "--dest-creds=builder:secret"];
        (await Tool.RunAsync("skopeo", ["copy", .. credentials, $"docker://{_server.Address}/little/built", $"docker://{_server.Address}/copies/skopeo:v1"])).Succeeded();
        var refused = await Tool.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--creds=reader:wrong", $"docker://{_server.Address}/copies/skopeo:v1"]);
        Assert.NotEqual(0, refused.ExitCode);
        (await Tool.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--creds=reader:secret", $"docker://{_server.Address}/copies/skopeo:v1"])).Succeeded();
    }

    [Fact]
    public async Task Who_may_not_build_gets_only_what_is_built()
    {
        Assert.NotEqual(HttpStatusCode.OK, await PullAsync("reader", "little/unbuilt"));
        Assert.False(Directory.Exists(Path.Combine(_server.Store, "logs", "little", "unbuilt")));
        Assert.Equal(HttpStatusCode.OK, await PullAsync("builder", "little/unbuilt"));
        Assert.Equal(HttpStatusCode.OK, await PullAsync("reader", "little/unbuilt"));
    }

    [Fact]
    public async Task Renewed_certificate_is_used_without_a_restart()
    {
        Assert.Equal("CN=first", await SubjectAsync());
        WriteCertificate("CN=second");
        while (await SubjectAsync() != "CN=second")
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    private Task<Tool.Outcome> LogInAsync(Podman podman, string user, string password) =>
        podman.RunAsync("login", "--tls-verify=false", "-u", user, "-p", password, _server.Address);

    private async Task<HttpStatusCode> PullAsync(string user, string repository)
    {
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null } };
        using var client = new HttpClient(handler) { BaseAddress = new Uri($"https://{_server.Address}/"), Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{user}:secret")));
        using var response = await client.GetAsync(new Uri($"v2/{repository}/manifests/latest", UriKind.Relative), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private async Task<string> SubjectAsync()
    {
        using var client = new TcpClient();
        var colon = _server.Address.LastIndexOf(':');
        await client.ConnectAsync("127.0.0.1", int.Parse(_server.Address.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, presented, _, _) => presented is not null);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, TestContext.Current.CancellationToken);
        return stream.RemoteCertificate!.Subject;
    }

    // The key first: the server looks at both, and takes only what belongs together.
    private void WriteCertificate(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        Write("tls.key", key.ExportPkcs8PrivateKeyPem());
        Write("tls.crt", certificate.ExportCertificatePem());
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
