namespace Bistro.Conformance.Quickstart;

/// <summary>The real executable on hosts that give it less: an ordinary user, a tool that is missing.</summary>
public sealed class HostTests : IDisposable
{
    private const string NobodyInParticular = "54321";

    private static readonly Dictionary<string, string> NoTools = new() { ["PATH"] = "/nothing" };

    private readonly HostProject _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task An_ordinary_user_builds_works_in_a_shell_and_checks_out_in_their_own_store()
    {
        await PrepareUserAsync();
        (await AsUserAsync("build", "app.bst")).Succeeded();
        Assert.Equal("made\n", (await AsUserAsync("shell", "--build", "app.bst", "--", "sh", "-c", "echo made")).Succeeded());
        (await AsUserAsync("checkout", "app.bst", _host.PathOf("home/out"))).Succeeded();
        Assert.Equal("made\n", await File.ReadAllTextAsync(_host.PathOf("home/out/app"), TestContext.Current.CancellationToken));
        Assert.True(Directory.Exists(_host.PathOf("home/bistro/cas")));
    }

    [Fact]
    public async Task Another_users_store_is_refused_in_a_sentence()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        (await _host.BistroAsync("store", ["build", "shell.bst"])).Succeeded();
        await PrepareUserAsync();
        foreach (var command in new[] { "build", "show" })
        {
            var refused = await AsUserAsync("--store", _host.PathOf("store"), command, "shell.bst");
            Assert.Equal(
                (1, $"The store {_host.PathOf("store")} belongs to the user with the id 0, and only its owner can use it. Run bistro as its owner, or choose another store with --store DIR.\n"),
                (refused.ExitCode, refused.Errors));
        }
    }

    [Fact]
    public async Task A_missing_tool_is_a_sentence_with_the_package_that_brings_it()
    {
        (await _host.BistroAsync("store", ["build", "shell.bst"])).Succeeded();
        var shell = await _host.BistroAsync("store", ["shell", "shell.bst", "--", "sh"], NoTools);
        Assert.Equal((1, "bubblewrap (bwrap) is not installed: apt-get install bubblewrap\n"), (shell.ExitCode, shell.Errors));
    }

    [Theory]
    [InlineData("quit")]
    [InlineData("continue")]
    public async Task What_several_elements_lack_is_reported_once(string onError)
    {
        string[] apps = ["one.bst", "two.bst", "three.bst"];
        foreach (var app in apps)
            _host.Write($"project/elements/{app}", HostProject.Manual("shell.bst", $"echo {app} > %{{install-root}}/app"));
        var build = await _host.BistroAsync("store", ["build", "--builders", "3", "--on-error", onError, .. apps], NoTools);
        Assert.Equal(1, build.ExitCode);
        Assert.Single(build.Output.Split('\n'), "bubblewrap (bwrap) is not installed: apt-get install bubblewrap");
        Assert.DoesNotContain(".bst: ", build.Output, StringComparison.Ordinal);
    }

    private async Task PrepareUserAsync()
    {
        foreach (var library in Directory.EnumerateFiles(Path.Combine(Checkout.Root, "artifacts", "publish"), "*.so"))
            File.Copy(library, _host.PathOf(Path.GetFileName(library)));
        File.Copy(Checkout.Executable, _host.PathOf("bistro"));
        Directory.CreateDirectory(_host.PathOf("home"));
        if (Environment.IsPrivilegedProcess)
        {
            (await Tool.RunAsync("chmod", ["755", _host.Location, _host.PathOf("bistro")])).Succeeded();
            (await Tool.RunAsync("chown", [$"{NobodyInParticular}:{NobodyInParticular}", _host.PathOf("home")])).Succeeded();
        }
    }

    private Task<Tool.Outcome> AsUserAsync(params string[] arguments)
    {
        string[] command = [_host.PathOf("bistro"), "-C", _host.PathOf("project"), .. arguments];
        var environment = new Dictionary<string, string> { ["HOME"] = _host.PathOf("home"), ["XDG_DATA_HOME"] = _host.PathOf("home") };
        return Environment.IsPrivilegedProcess
            ? Tool.RunAsync("setpriv", ["--reuid", NobodyInParticular, "--regid", NobodyInParticular, "--clear-groups", "--", .. command], environment)
            : Tool.RunAsync(command[0], command[1..], environment);
    }
}
