using System.Net;
using System.Net.Sockets;

// The helpers of this class pass the test's token on.
#pragma warning disable xUnit1069

namespace Bistro.Conformance.Quickstart;

/// <summary>How the real executable ends: requests under way, new ones, and operators who do not wait.</summary>
public sealed class ServerStopTests : IAsyncDisposable
{
    private readonly HostProject _host = new();
    private BistroServer? _server;

    public ServerStopTests()
    {
        _host.Write("project/elements/long.bst", HostProject.Manual("shell.bst", "i=0; while [ $i -lt 3000000 ]; do i=$((i + 1)); done"));
        _host.Write("project/elements/endless.bst", HostProject.Manual("shell.bst", "while true; do sleep 1; done"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _host.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_request_under_way_ends_and_new_connections_are_refused()
    {
        await StartAsync("shutdown-timeout: 100");
        var pull = _server!.GetManifestAsync("little/long");
        await _server.WaitForLogAsync("Building long.bst");
        await _server.SignalAsync("TERM");
        await WhenRefusedAsync();
        var (status, digest) = await pull;
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotNull(digest);
        Assert.Equal(0, await _server.WaitForExitAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_request_that_takes_too_long_is_cut_off()
    {
        await StartAsync("shutdown-timeout: 1");
        var pull = _server!.GetManifestAsync("little/endless");
        await _server.WaitForLogAsync("Building endless.bst");
        await _server.SignalAsync("TERM");
        Assert.Equal(0, await _server.WaitForExitAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => pull);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_second_signal_ends_the_process_at_once(string second, int exitCode)
    {
        await StartAsync("shutdown-timeout: 3600");
        var pull = _server!.GetManifestAsync("little/endless");
        await _server.WaitForLogAsync("Building endless.bst");
        await _server.SignalAsync("TERM");
        await WhenRefusedAsync();
        await _server.SignalAsync(second);
        Assert.Equal(exitCode, await _server.WaitForExitAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => pull);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_idle_connection_does_not_delay_the_end()
    {
        await StartAsync("shutdown-timeout: 3600");
        using var client = new HttpClient();
        (await client.GetAsync(new Uri(_server!.Loopback, "/v2/"), TestContext.Current.CancellationToken)).Dispose();
        await _server.SignalAsync("TERM");
        Assert.Equal(0, await _server.WaitForExitAsync());
    }

    private async Task StartAsync(string settings)
    {
        _host.Write("bistro.yaml", $"projects: {{little: {{path: project}}}}\n{settings}\n");
        _server = await BistroServer.StartAsync(_host.PathOf("store"), _host.PathOf("bistro.yaml"));
    }

    private async Task WhenRefusedAsync()
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, _server!.Loopback.Port, TestContext.Current.CancellationToken);
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return;
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
            {
                // It was in the queue when the server stopped listening.
            }
        }
    }
}
