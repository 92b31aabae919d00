using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bistro.Conformance.Quickstart;

/// <summary>The executable behind a real nginx that ends TLS; skopeo is the client.</summary>
public sealed class NginxTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-nginx-");
    private Process? _nginx;
    private BistroServer? _server;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_nginx.Id}"]);
            await _nginx.WaitForExitAsync(CancellationToken.None);
            _nginx.Dispose();
        }

        if (_server is not null)
            await _server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Skopeo_logs_in_pushes_and_pulls_through_a_proxy_that_ends_TLS()
    {
        var address = await StartAsync();
        var layout = Path.Combine(_directory.FullName, "layout");
        WriteImage(layout);
        string[] login = ["--tls-verify=false", "--authfile", Path.Combine(_directory.FullName, "auth.json")];
        Assert.NotEqual(0, (await Tool.RunAsync("skopeo", ["login", .. login, "-u", "alice", "-p", "wrong", address])).ExitCode);
        (await Tool.RunAsync("skopeo", ["login", .. login, "-u", "alice", "-p", "secret", address])).Succeeded();
        string[] file = ["--authfile", Path.Combine(_directory.FullName, "auth.json")];
        (await Tool.RunAsync("skopeo", ["copy", .. file, "--dest-tls-verify=false", $"oci:{layout}:v1", $"docker://{address}/team/app:v1"])).Succeeded();
        (await Tool.RunAsync("skopeo", ["copy", .. file, "--src-tls-verify=false", $"docker://{address}/team/app:v1", $"oci:{layout}2:v1"])).Succeeded();
        Assert.Contains("Refused a login from 127.0.0.2: ", _server!.Log, StringComparison.Ordinal);
    }

    private async Task<string> StartAsync()
    {
        var nginx = Tool.Find("nginx") ?? (File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : null);
        Assert.SkipWhen(nginx is null, "nginx is not installed");
        Write("users", $"alice:{BCrypt.Net.BCrypt.HashPassword("secret", 4)}\n");
        Write("bistro.yaml", "proxies: [127.0.0.1]\nauth: {htpasswd: users, token: {}}\n");
        _server = await BistroServer.StartAsync(Path.Combine(_directory.FullName, "store"), Path.Combine(_directory.FullName, "bistro.yaml"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=proxy", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        Write("tls.crt", certificate.ExportCertificatePem());
        Write("tls.key", key.ExportPkcs8PrivateKeyPem());
        var port = FreePort();
        Write("nginx.conf", $$"""
            daemon off; worker_processes 1; pid nginx.pid; error_log stderr;
            events {}
            http {
                access_log off; client_body_temp_path body; proxy_temp_path proxied; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
                server {
                    listen 127.0.0.1:{{port}} ssl;
                    ssl_certificate tls.crt; ssl_certificate_key tls.key;
                    client_max_body_size 0; proxy_request_buffering off; proxy_http_version 1.1;
                    location / {
                        proxy_pass {{_server.Loopback}};
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For 127.0.0.2;
                        proxy_set_header X-Forwarded-Proto $scheme;
                    }
                }
            }
            """);
        _nginx = Tool.Start(nginx, ["-p", _directory.FullName, "-e", "stderr", "-c", Path.Combine(_directory.FullName, "nginx.conf")]);
        using var client = new TcpClient();
        while (!await ConnectsAsync(client, port))
            Assert.False(_nginx.HasExited, _nginx.HasExited ? await _nginx.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken) : "");
        return $"127.0.0.1:{port}";
    }

    private static async Task<bool> ConnectsAsync(TcpClient client, int port)
    {
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            // nginx is not listening yet, and it does not report when it is.
            await Task.Delay(50, TestContext.Current.CancellationToken);
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // An OCI image layout of one image without layers.
    private static void WriteImage(string layout)
    {
        var blobs = Path.Combine(layout, "blobs", "sha256");
        Directory.CreateDirectory(blobs);
        File.WriteAllText(Path.Combine(layout, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        var config = Put("""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}""");
        var manifest = Put($$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json",{{config}}},"layers":[]}""");
        File.WriteAllText(
            Path.Combine(layout, "index.json"),
            $$$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",{{{manifest}}},"annotations":{"org.opencontainers.image.ref.name":"v1"}}]}""");

        string Put(string text)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(text);
            var hex = Convert.ToHexStringLower(SHA256.HashData(bytes));
            File.WriteAllBytes(Path.Combine(blobs, hex), bytes);
            return $"\"digest\":\"sha256:{hex}\",\"size\":{bytes.Length}";
        }
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory.FullName, name), text);
}
