namespace Bistro.Conformance.Quickstart;

/// <summary>The real executable on hosts that give it less: an ordinary user, a disk that is full, a tool that is missing.</summary>
public sealed class HostTests : IAsyncLifetime
{
    private const string NobodyInParticular = "54321";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-host-");
    private string? _mounted;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Tool.Find("busybox") is null, "busybox is not installed: apt-get install busybox-static");
        Write("project/project.conf", "name: little\nmin-version: 2.0\nelement-path: elements\n");
        Write("project/elements/shell.bst", "kind: import\nsources:\n- kind: local\n  path: shell\n");
        Write("project/elements/large.bst", "kind: import\nsources:\n- kind: local\n  path: large\n");
        Write("project/elements/app.bst", "kind: manual\nbuild-depends: [shell.bst, large.bst]\nconfig:\n  build-commands:\n  - echo made > %{install-root}/app\n");
        Directory.CreateDirectory(PathOf("project/shell/bin"));
        File.Copy(Tool.Find("busybox")!, PathOf("project/shell/bin/sh"));
        // Nothing that a file system could store in less room.
        var noise = new byte[15_000_000];
        new Random(1).NextBytes(noise);
        Directory.CreateDirectory(PathOf("project/large"));
        File.WriteAllBytes(PathOf("project/large/noise"), noise);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_ordinary_user_builds_works_in_a_shell_and_checks_out_in_a_store_of_his_own()
    {
        foreach (var library in Directory.EnumerateFiles(Path.Combine(Checkout.Root, "artifacts", "publish"), "*.so"))
            File.Copy(library, PathOf(Path.GetFileName(library)));
        File.Copy(Checkout.Executable, PathOf("bistro"));
        Directory.CreateDirectory(PathOf("home"));
        if (Environment.IsPrivilegedProcess)
        {
            (await Tool.RunAsync("chmod", ["755", _directory.FullName, PathOf("bistro")])).Succeeded();
            (await Tool.RunAsync("chown", [$"{NobodyInParticular}:{NobodyInParticular}", PathOf("home")])).Succeeded();
        }

        (await AsUserAsync("build", "app.bst")).Succeeded();
        Assert.Equal("made\n", (await AsUserAsync("shell", "--build", "app.bst", "--", "sh", "-c", "echo made")).Succeeded());
        (await AsUserAsync("checkout", "app.bst", PathOf("home/out"))).Succeeded();
        Assert.Equal("made\n", await File.ReadAllTextAsync(PathOf("home/out/app"), TestContext.Current.CancellationToken));
        Assert.True(Directory.Exists(PathOf("home/bistro/cas")));
    }

    [Fact]
    public async Task A_full_disk_is_a_sentence_and_nothing_half_written_stays()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can mount a small disk");
        Directory.CreateDirectory(PathOf("small"));
        var mount = await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", PathOf("small")]);
        Assert.SkipWhen(mount.ExitCode != 0, $"a small disk cannot be mounted here: {mount.Errors}");
        _mounted = PathOf("small");
        // There is room for the large file in the store, but not for another one in the root that the application is built in.
        var outcome = await BistroAsync("small/store", ["build", "app.bst"]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("app.bst: The disk is full: ", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Output + outcome.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(PathOf("small/store/tmp")));
        Assert.Contains("cached", (await BistroAsync("small/store", ["show", "large.bst"])).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_tool_is_a_sentence_with_the_package_that_brings_it()
    {
        (await BistroAsync("store", ["build", "shell.bst"])).Succeeded();
        var shell = await BistroAsync("store", ["shell", "shell.bst", "--", "sh"], new Dictionary<string, string> { ["PATH"] = PathOf("nothing") });
        Assert.Equal((1, "bubblewrap (bwrap) is not installed: apt-get install bubblewrap\n"), (shell.ExitCode, shell.Errors));
    }

    public async ValueTask DisposeAsync()
    {
        if (_mounted is not null)
            await Tool.RunAsync("umount", [_mounted]);
        _directory.Delete(recursive: true);
    }

    private Task<Tool.Outcome> AsUserAsync(params string[] arguments)
    {
        string[] command = [PathOf("bistro"), "-C", PathOf("project"), .. arguments];
        var environment = new Dictionary<string, string> { ["HOME"] = PathOf("home"), ["XDG_DATA_HOME"] = PathOf("home") };
        return Environment.IsPrivilegedProcess
            ? Tool.RunAsync("setpriv", ["--reuid", NobodyInParticular, "--regid", NobodyInParticular, "--clear-groups", "--", .. command], environment)
            : Tool.RunAsync(command[0], command[1..], environment);
    }

    private Task<Tool.Outcome> BistroAsync(string store, string[] arguments, Dictionary<string, string>? environment = null) =>
        Tool.RunAsync(Checkout.Executable, ["-C", PathOf("project"), "--store", PathOf(store), .. arguments], environment);

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }
}
