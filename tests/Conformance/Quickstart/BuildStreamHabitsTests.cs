namespace Bistro.Conformance.Quickstart;

/// <summary>What users of <c>bst</c> do and expect, with the real executable: tracking, junctions, states, global options, checkouts.</summary>
public sealed class BuildStreamHabitsTests : IDisposable
{
    private readonly HostProject _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Tracking_a_junction_writes_its_own_file()
    {
        await MakeRepositoryAsync("below", "name: below\nmin-version: 2.0\n", "a.bst", "kind: stack\n");
        DeclareGit();
        _host.Write("project/elements/below.bst", $"# kept\nkind: junction\nsources:\n- kind: git\n  url: file://{_host.PathOf("below")}\n  track: main\n");
        _host.Write("project/elements/top.bst", "kind: stack\ndepends: [below.bst:a.bst]\n");

        var untracked = await BistroAsync("show", "top.bst");
        Assert.Contains("bistro source track below.bst", untracked.Errors, StringComparison.Ordinal);
        (await BistroAsync("source", "track", "below.bst")).Succeeded();

        Assert.Matches("^# kept\nkind: junction\nsources:\n- kind: git\n  url: file:.*\n  track: main\n  ref: [0-9a-f]{40}\n$", _host.Read("project/elements/below.bst"));
        Assert.Contains("below.bst:a.bst", (await BistroAsync("show", "top.bst")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_targets_junctions_are_not_built_and_not_fetched()
    {
        _host.Write("project/elements/unreachable.bst", $"kind: junction\nsources:\n- kind: tar\n  url: file:///nowhere.tar\n  ref: {new string('1', 64)}\n");
        _host.Write("project/elements/untracked.bst", "kind: junction\nsources:\n- kind: tar\n  url: file:///nowhere.tar\n");
        (await BistroAsync("build")).Succeeded();
        var states = await StatesAsync();
        Assert.Equal(("junction", "no reference", "cached"), (states["unreachable.bst"], states["untracked.bst"], states["app.bst"]));
    }

    [Fact]
    public async Task A_command_in_the_folder_of_a_project_uses_the_configuration_above_it()
    {
        _host.Write("bistro.yaml", "projects:\n  little:\n    path: project\n    junctions: {other.bst: other}\n");
        _host.Write("other/project.conf", "name: other\nmin-version: 2.0\n");
        _host.Write("other/a.bst", "kind: stack\n");
        _host.Write("project/elements/other.bst", $"kind: junction\nsources:\n- kind: tar\n  url: file:///nowhere.tar\n  ref: {new string('1', 64)}\n");
        _host.Write("project/elements/top.bst", "kind: stack\ndepends: [other.bst:a.bst]\n");
        var built = await Tool.RunAsync(
            "sh", ["-c", "cd \"$0\" && exec \"$@\"", _host.PathOf("project/elements"), Checkout.Executable, "--store", _host.PathOf("store"), "build", "top.bst"]);
        Assert.Contains("2 built", built.Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_tracking_downloads_is_fetched()
    {
        _host.Write("file", "content\n");
        await MakeRepositoryAsync("repository", "x", "y", "z");
        DeclareGit();
        _host.Write("project/elements/remote.bst", Remote());
        _host.Write("project/elements/repository.bst", $"kind: import\nsources:\n- kind: git_repo\n  url: file://{_host.PathOf("repository")}\n  track: main\n");
        Assert.Equal(["no reference", "no reference"], (await StatesAsync("remote.bst", "repository.bst")).Values);
        (await BistroAsync("source", "track", "remote.bst", "repository.bst")).Succeeded();
        File.Delete(_host.PathOf("file"));
        Directory.Delete(_host.PathOf("repository"), recursive: true);
        var states = await StatesAsync("remote.bst", "repository.bst");
        Assert.Equal(("buildable", "buildable"), (states["remote.bst"], states["repository.bst"]));
        (await BistroAsync("build", "remote.bst", "repository.bst")).Succeeded();
    }

    [Fact]
    public async Task What_needs_no_download_is_buildable()
    {
        _host.Write("project/a.patch", "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-content\n+changed\n");
        _host.Write("project/files/file", "content\n");
        _host.Write("project/elements/patched.bst", "kind: import\nsources:\n- {kind: local, path: files}\n- {kind: patch, path: a.patch}\n");
        _host.Write("project/project.conf", "name: little\nmin-version: 2.0\nelement-path: elements\nplugins:\n- {origin: pip, package-name: buildstream-plugins, sources: [patch]}\n");
        Assert.Equal("buildable", (await StatesAsync("patched.bst"))["patched.bst"]);
    }

    [Fact]
    public async Task An_artifact_is_found_by_its_weak_key_though_a_dependency_lost_its_ref()
    {
        _host.Write("file", "content\n");
        var untracked = Remote();
        _host.Write("project/elements/dependency.bst", untracked);
        _host.Write("project/elements/top.bst", "kind: stack\ndepends: [dependency.bst]\n");
        (await BistroAsync("source", "track", "dependency.bst")).Succeeded();
        (await BistroAsync("--no-strict", "build", "top.bst")).Succeeded();
        var key = await FullKeyAsync();
        _host.Write("project/elements/dependency.bst", untracked);
        var states = await StatesAsync("--no-strict", "top.bst");
        Assert.Equal(("no reference", "cached"), (states["dependency.bst"], states["top.bst"]));
        Assert.Equal(key, await FullKeyAsync());

        async Task<string> FullKeyAsync() =>
            (await BistroAsync("--no-strict", "show", "top.bst", "--deps", "none", "--format", "%{full-key}")).Succeeded();
    }

    [Theory]
    [InlineData("Unknown option '--deps'.\nSee: bistro build --help\n", "build", "--deps", "all")]
    [InlineData("Unknown option '--fromat'. Did you mean '--format'?\nSee: bistro show --help\n", "show", "--fromat", "%{name}", "app.bst")]
    [InlineData("Unknown option '--dirctory'. Did you mean '--directory'?\nSee: bistro show --help\n", "--dirctory=x", "show")]
    [InlineData("Unknown option '-l'.\nSee: bistro shell --help\n", "shell", "app.bst", "ls", "-l")]
    [InlineData("Unknown option '--foo'.\nSee: bistro --help\n", "nonsense", "--foo")]
    public async Task An_unknown_option_is_never_an_element(string errors, params string[] line)
    {
        var outcome = await BistroAsync(line);
        Assert.Equal((2, errors, ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
    }

    [Fact]
    public async Task What_follows_a_double_dash_is_no_option()
    {
        var outcome = await BistroAsync("show", "--", "--deps");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("'--deps'", outcome.Errors, StringComparison.Ordinal);
        (await BistroAsync("build", "app.bst")).Succeeded();
        Assert.Equal("-l\n", (await BistroAsync("shell", "--build", "app.bst", "--", "sh", "-c", "echo \"$0\"", "-l")).Succeeded());
    }

    [Fact]
    public async Task Global_options_of_bst_are_accepted_on_both_sides_of_the_command()
    {
        string[] options =
        [
            "--no-interactive", "--no-colors", "--on-error", "continue", "--fetchers", "2", "--builders", "1", "--network-retries", "0",
            "--log-file", _host.PathOf("log"), "--error-lines", "3", "--message-lines", "4", "--verbose", "--no-debug",
        ];
        var built = (await BistroAsync([.. options, "build", "app.bst"])).Succeeded();
        Assert.Contains("built    app.bst", built, StringComparison.Ordinal);
        Assert.Equal(built, _host.Read("log"));
        Assert.Matches(@"cached +app\.bst", (await BistroAsync(["build", "app.bst", .. options])).Succeeded());
        (await BistroAsync("--interactive", "--colors", "--no-verbose", "show", "app.bst", "--debug")).Succeeded();
    }

    [Fact]
    public async Task Colors_are_used_when_they_are_asked_for()
    {
        Assert.Contains("\e[32mbuilt   \e[0m app.bst", (await BistroAsync("--colors", "build", "app.bst")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debug_adds_the_stack_trace()
    {
        Assert.DoesNotContain("   at ", (await BistroAsync("show", "missing.bst")).Errors, StringComparison.Ordinal);
        Assert.Contains("   at ", (await BistroAsync("--debug", "show", "missing.bst")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_build_shows_its_command_its_last_lines_and_its_log()
    {
        _host.Write("project/elements/failing.bst", HostProject.Manual("shell.bst", "for i in 1 2 3 4 5 6; do echo line $i; done; exit 7"));
        var outcome = await BistroAsync("--error-lines", "3", "build", "failing.bst");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Matches(@"failing\.bst \(project little\): .*7", outcome.Output);
        Assert.Contains("The command was: for i in", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  line 6\n", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("  line 2\n", outcome.Output, StringComparison.Ordinal);
        var log = System.Text.RegularExpressions.Regex.Match(outcome.Output, "The whole log: (.*)").Groups[1].Value;
        Assert.Contains("line 1\n", File.ReadAllText(log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkout_removes_only_what_it_wrote()
    {
        (await BistroAsync("build", "app.bst")).Succeeded();
        _host.Write("there/mine", "mine");
        var refused = await CheckoutAsync("app.bst", "there");
        Assert.Contains("is not an empty folder", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", _host.Read("there/mine"));

        // The file's object disappears, so that the checkout fails when it has begun.
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_host.PathOf("project/large/noise"))));
        foreach (var copy in Directory.EnumerateFiles(_host.PathOf("store/cas"), $"*{digest[4..]}*", SearchOption.AllDirectories))
            File.Delete(copy);
        Directory.CreateDirectory(_host.PathOf("empty"));
        foreach (var target in new[] { "empty", "absent" })
        {
            var failed = await CheckoutAsync("large.bst", target);
            Assert.Equal(1, failed.ExitCode);
            Assert.NotEmpty(failed.Errors);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(_host.PathOf("empty")));
        Assert.False(Directory.Exists(_host.PathOf("absent")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_host.Location, "*.part"));
    }

    [Fact]
    public async Task An_archive_needs_a_folder_that_exists_and_is_a_file()
    {
        (await BistroAsync("build", "shell.bst")).Succeeded();
        Directory.CreateDirectory(_host.PathOf("folder"));
        var missing = await BistroAsync("checkout", "shell.bst", "--tar", _host.PathOf("missing/out.tar"));
        Assert.Equal((1, $"{_host.PathOf("missing")} does not exist. Create it, or name another file.\n"), (missing.ExitCode, missing.Errors));
        var folder = await BistroAsync("checkout", "shell.bst", "--tar", _host.PathOf("folder"));
        Assert.Equal((1, $"{_host.PathOf("folder")} is a folder. Name a file.\n"), (folder.ExitCode, folder.Errors));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_host.PathOf("folder")));
    }

    private string Remote() => $"kind: import\nsources:\n- kind: remote\n  url: file://{_host.PathOf("file")}\n";

    private Task<Tool.Outcome> CheckoutAsync(string element, string folder) => BistroAsync("checkout", element, _host.PathOf(folder), "--deps", "none");

    private Task<Tool.Outcome> BistroAsync(params string[] arguments) => _host.BistroAsync("store", arguments);

    /// <summary>The states of elements, by name.</summary>
    private async Task<Dictionary<string, string>> StatesAsync(params string[] arguments)
    {
        var shown = (await BistroAsync(["show", "--format", "%{name}=%{state}", .. arguments])).Succeeded();
        return shown.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    private void DeclareGit() => _host.Write(
        "project/project.conf",
        """
        name: little
        min-version: 2.0
        element-path: elements
        plugins:
        - {origin: pip, package-name: buildstream-plugins, sources: [git]}
        - {origin: pip, package-name: buildstream-plugins-community, sources: [git_repo]}
        """);

    private async Task MakeRepositoryAsync(string folder, string configuration, string file, string content)
    {
        _host.Write($"{folder}/project.conf", configuration);
        _host.Write($"{folder}/{file}", content);
        string[] git = ["-C", _host.PathOf(folder), "-c", "user.name=A", "-c", "user.email=a@example.org"];
        (await Tool.RunAsync("git", [.. git, "init", "--quiet", "--initial-branch=main"])).Succeeded();
        (await Tool.RunAsync("git", [.. git, "add", "--all"])).Succeeded();
        (await Tool.RunAsync("git", [.. git, "commit", "--quiet", "--message=first"])).Succeeded();
    }
}
