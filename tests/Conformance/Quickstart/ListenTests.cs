// The helpers of this class pass the test's token on.
#pragma warning disable xUnit1069

namespace Bistro.Conformance.Quickstart;

/// <summary>Where the real executable listens, what it says of that, and why it cannot.</summary>
public sealed class ListenTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-listen-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory(Timeout = 60_000)]
    [InlineData("192.0.2.1:5000", 1, "192.0.2.1 is not an address of this machine. Choose one that it has, or *:5000 for all of them, with --listen HOST:PORT.\n")]
    [InlineData("registry.example:5000", 2, "'registry.example:5000' is not an address to listen on. Write HOST:PORT, where HOST is localhost, an IP address of this machine, or * for all of them.\nSee: bistro serve --help\n")]
    [InlineData("localhost", 2, "'localhost' is not an address to listen on. Write HOST:PORT, where HOST is localhost, an IP address of this machine, or * for all of them.\nSee: bistro serve --help\n")]
    public async Task An_address_that_cannot_be_used_is_a_sentence(string listen, int exitCode, string errors)
    {
        var outcome = await Tool.RunAsync(Checkout.Executable, ["serve", "-c", "/dev/null", "--store", At("store"), "--listen", listen]);
        Assert.Equal((exitCode, errors, ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_port_for_which_the_user_lacks_the_right_is_a_sentence()
    {
        Assert.SkipWhen(Tool.Find("setpriv") is null, "setpriv is not installed");
        Assert.SkipWhen(
            (await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_unprivileged_port_start", TestContext.Current.CancellationToken)).Trim() == "0", "every user may use every port here");
        string[] serve = [Checkout.Executable, "serve", "-c", "/dev/null", "--store", At("store"), "--listen", "localhost:81"];
        var outcome = await Tool.RunAsync("setpriv", ["--bounding-set", "-net_bind_service", "--inh-caps", "-net_bind_service", .. serve]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("This user may not listen on port 81. ", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("*:0", true)]
    [InlineData("0.0.0.0:0", true)]
    [InlineData("localhost:0", false)]
    public async Task Hints_work_on_this_machine_and_an_open_server_warns(string listen, bool isOpen)
    {
        Directory.CreateDirectory(At("p/elements/components"));
        await File.WriteAllTextAsync(At("p/project.conf"), "name: p\nmin-version: 2.0\nelement-path: elements\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(At("p/elements/components/app.bst"), "kind: stack\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(At("bistro.yaml"), "projects: {p: {path: p}}\n", TestContext.Current.CancellationToken);
        await using var server = await BistroServer.StartAsync(At("store"), At("bistro.yaml"), listen);
        await server.WaitForLogAsync($"podman pull --tls-verify=false localhost:{server.Loopback.Port}/p/app");
        if (isOpen)
            await server.WaitForLogAsync("without 'auth': all clients that can reach it may pull");
        else
            Assert.DoesNotContain("without 'auth'", server.Log, StringComparison.Ordinal);
    }

    private string At(string path) => Path.Combine(_directory.FullName, path);
}
