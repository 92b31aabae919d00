using System.Diagnostics;

// The helpers of this class pass the test's token on.
#pragma warning disable xUnit1069

namespace Bistro.Conformance.Quickstart;

/// <summary>What containerd's own client shows of images that are built on request.</summary>
public sealed class ContainerdTests : IAsyncLifetime
{
    private readonly HostProject _host = new();
    private BistroServer? _server;
    private Process? _containerd;

    private string Socket => _host.PathOf("c.sock");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Tool.Find("containerd") is null || Tool.Find("ctr") is null, "containerd is not installed");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "containerd runs only for root");
        _host.Write("project/elements/broken.bst", HostProject.Manual("shell.bst", "echo the last words; exit 7"));
        _host.Write("bistro.yaml", "projects: {little: {path: project}}\n");
        _host.Write("containerd.toml", $"""
            version = 2
            root = "{_host.PathOf("containerd-root")}"
            state = "{_host.PathOf("containerd-state")}"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
              address = "{Socket}"
            """);
        _containerd = Tool.Start("containerd", ["--config", _host.PathOf("containerd.toml"), "--log-level", "error"]);
        // Read, so that it never waits for room in a pipe.
        _containerd.BeginOutputReadLine();
        _containerd.BeginErrorReadLine();
        _server = await BistroServer.StartAsync(_host.PathOf("store"), _host.PathOf("bistro.yaml"));
        while ((await CtrAsync("version")).ExitCode != 0)
            Assert.False(_containerd.HasExited, "containerd has ended");
    }

    public async ValueTask DisposeAsync()
    {
        if (_containerd is { HasExited: false })
        {
            (await Tool.RunAsync("kill", ["-TERM", $"{_containerd.Id}"])).Succeeded();
            await _containerd.WaitForExitAsync(CancellationToken.None);
        }
        _containerd?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _host.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_failed_build_says_which_element_failed_why_and_where_its_log_is()
    {
        var outcome = await PullAsync("little/broken:latest");
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("broken.bst: build-commands failed with exit code 7. Log: logs/little/broken/", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_unknown_image_is_not_found()
    {
        var outcome = await PullAsync("little/nothing:latest");
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("not found", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_image_is_built_and_pulled() => (await PullAsync("little/shell:latest")).Succeeded();

    private Task<Tool.Outcome> PullAsync(string image) =>
        CtrAsync("images", "pull", "--plain-http", "--snapshotter", "native", $"{_server!.Address}/{image}");

    private Task<Tool.Outcome> CtrAsync(params string[] arguments) => Tool.RunAsync("ctr", ["--address", Socket, .. arguments]);
}
