using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bistro.Conformance.Quickstart;

/// <summary>A real nginx in front of servers, which gives each request to the next of them in turn.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-nginx-");
    private readonly Process _process;

    private Nginx(IEnumerable<string> servers, int port)
    {
        Port = port;
        var configuration = Path.Combine(_directory.FullName, "nginx.conf");
        File.WriteAllText(configuration, $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            daemon off;
            worker_processes 1;
            pid {{_directory.FullName}}/pid;
            error_log {{_directory.FullName}}/error.log;
            events { worker_connections 512; }
            http {
                access_log {{_directory.FullName}}/access.log;
                client_body_temp_path {{_directory.FullName}}/body;
                proxy_temp_path {{_directory.FullName}}/proxy;
                fastcgi_temp_path {{_directory.FullName}}/fastcgi;
                uwsgi_temp_path {{_directory.FullName}}/uwsgi;
                scgi_temp_path {{_directory.FullName}}/scgi;
                upstream registry { {{string.Concat(servers.Select(server => $"server {server};"))}} }
                server {
                    listen 127.0.0.1:{{port}};
                    client_max_body_size 0;
                    location / {
                        proxy_pass http://registry;
                        proxy_http_version 1.1;
                        proxy_request_buffering off;
                        proxy_set_header Host $http_host;
                    }
                }
            }
            """);
        _process = Tool.Start("nginx", ["-e", Path.Combine(_directory.FullName, "error.log"), "-p", _directory.FullName, "-c", configuration]);
    }

    public int Port { get; }

    /// <summary>As it stands in an image's name.</summary>
    public string Address => $"127.0.0.1:{Port}";

    public string AccessLog => File.ReadAllText(Path.Combine(_directory.FullName, "access.log"));

    public static async Task<Nginx> StartAsync(params IEnumerable<string> servers)
    {
        Assert.SkipWhen(Tool.Find("nginx") is null && !File.Exists("/usr/sbin/nginx"), "nginx is not installed: apt-get install nginx-light");
        var nginx = new Nginx(servers, FreePort());
        using var client = new HttpClient();
        while (true)
        {
            Assert.False(nginx._process.HasExited, "nginx has ended.");
            try
            {
                (await client.GetAsync($"http://{nginx.Address}/v2/", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
                return nginx;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var stop = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
