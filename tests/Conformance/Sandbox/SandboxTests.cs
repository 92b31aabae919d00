using Bistro.Builder.Sandbox;

namespace Bistro.Conformance.Sandbox;

/// <summary>What a sandbox does: trees in, trees out.</summary>
public sealed class SandboxTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task What_commands_leave_in_an_output_is_captured()
    {
        var (result, _) = await fixture.RunAsync(fixture.Request(
            "mkdir -p /install/bin && echo one > /install/bin/x && ln -s x /install/bin/y", "chmod +x /install/bin/x"));
        Assert.Null(result.FailedCommand);
        var files = fixture.Files(result.Outputs[0]);
        Assert.Equal("one\n", files["/bin/x"]);
        Assert.Equal("-> x", files["/bin/y"]);
    }

    [Fact]
    public async Task The_first_command_that_fails_ends_the_run_and_is_named()
    {
        var (result, log) = await fixture.RunAsync(fixture.Request("echo one", "echo two; exit 42", "echo three"));
        Assert.Equal((42, 1), (result.ExitCode, result.FailedCommand));
        Assert.Equal("one\ntwo", log);
    }

    [Fact]
    public async Task Shell_text_stops_at_its_first_failure()
    {
        var (result, log) = await fixture.RunAsync(fixture.Request("false\necho after"));
        Assert.Equal(0, result.FailedCommand);
        Assert.Equal("", log);
    }

    [Fact]
    public async Task Both_streams_of_commands_are_logged_in_their_order()
    {
        var (_, log) = await fixture.RunAsync(fixture.Request("echo 1; echo 2 >&2; echo 3; echo 4 >&2"));
        Assert.Equal("1\n2\n3\n4", log);
    }

    [Fact]
    public async Task A_command_may_hold_any_quotes_and_lines()
    {
        var (_, log) = await fixture.RunAsync(fixture.Request("cat <<'EOF'\nit's \"quoted\" $HOME `x` \\n\nEOF\n"));
        Assert.Equal("it's \"quoted\" $HOME `x` \\n", log);
    }

    [Fact]
    public async Task Commands_longer_than_a_line_of_arguments_may_be_are_run_one_by_one()
    {
        var text = new string('#', 100_000) + "\necho done";
        var (_, log) = await fixture.RunAsync(fixture.Request(text, text, text));
        Assert.Equal("done\ndone\ndone", string.Join('\n', log.Split('\n').Where(line => !line.StartsWith('#'))));
    }

    [Fact]
    public async Task Commands_share_what_they_leave_in_tmp()
    {
        var (_, log) = await fixture.RunAsync(fixture.Request("echo kept > /tmp/x", "cat /tmp/x"));
        Assert.Equal("kept", log);
    }

    [Fact]
    public async Task Sources_stand_in_the_build_root_and_may_be_changed()
    {
        var sources = await fixture.TreeAsync(("src/a.txt", "a"), ("src/b.txt", "b"));
        var request = fixture.Request("echo changed > src/a.txt; cp -r src /install/");
        var (result, _) = await fixture.RunAsync(request with { Trees = request.Trees.Add(new StagedTree("/build", sources)) });
        Assert.Equal("changed\n", fixture.Files(result.Outputs[0])["/src/a.txt"]);
        Assert.Equal("b", fixture.Files(result.Outputs[0])["/src/b.txt"]);
        Assert.Equal("a", fixture.Files(sources)["/src/a.txt"]);
    }

    [Fact]
    public async Task Staged_files_are_of_one_fixed_time()
    {
        var sources = await fixture.TreeAsync(("a.txt", "a"));
        var request = fixture.Request("stat -c %Y a.txt /bin/busybox");
        var (_, log) = await fixture.RunAsync(request with { Trees = request.Trees.Add(new StagedTree("/build", sources)) });
        Assert.Equal("1321009871\n1321009871", log);
    }

    [Theory]
    [InlineData("/sysroot")]
    [InlineData("/bin/deep/er")]
    [InlineData("/usr/share/x")]
    public async Task A_tree_may_stand_at_another_path(string path)
    {
        var tree = await fixture.TreeAsync(("etc/a.txt", "a"), ("etc/b.txt", "b"));
        var request = fixture.Request($"cat {path}/etc/a.txt && ! echo > {path}/etc/a.txt && ! echo > {path}/etc/c.txt");
        var (result, log) = await fixture.RunAsync(request with { Trees = request.Trees.Add(new StagedTree(path, tree)) });
        Assert.Null(result.FailedCommand);
        Assert.StartsWith("a", log);
    }

    [Theory]
    [InlineData("/bin/out")]
    [InlineData("/opt/a/b/out")]
    [InlineData("/build/inside")]
    public async Task An_output_may_stand_anywhere(string output)
    {
        var request = fixture.Request($"echo x > {output}/file") with { WritableDirectories = ["/build", output], Outputs = [output] };
        var (result, _) = await fixture.RunAsync(request);
        Assert.Equal("x\n", fixture.Files(Assert.Single(result.Outputs))["/file"]);
    }

    [Fact]
    public async Task A_writable_root_is_captured_with_what_was_staged_and_made()
    {
        var request = fixture.Request("echo made > /made; rm /bin/su; echo gone > /tmp/x; echo gone > /dev/shm/x") with
        {
            WritableDirectories = ["/"],
            Outputs = ["/"],
            WorkingDirectory = "/",
        };
        var (result, _) = await fixture.RunAsync(request);
        var files = fixture.Files(result.Outputs[0]);
        Assert.Equal("made\n", files["/made"]);
        Assert.Equal("-> busybox", files["/bin/sh"]);
        Assert.DoesNotContain("/bin/su", files.Keys);
        Assert.DoesNotContain(files.Keys, path => path.StartsWith("/tmp", StringComparison.Ordinal) || path.StartsWith("/dev", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_may_have_an_environment_and_a_directory_of_its_own()
    {
        var request = fixture.Request("echo $A-$B-$C; pwd", "echo $A-$B-$C; pwd") with
        {
            Environment = [new("PATH", "/bin"), new("A", "1"), new("B", "2")],
        };
        request = request with
        {
            Commands =
            [
                request.Commands[0] with { Environment = [new("PATH", "/bin"), new("A", "it's"), new("C", "3")], WorkingDirectory = "/" },
                request.Commands[1],
            ],
        };
        var (_, log) = await fixture.RunAsync(request);
        Assert.Equal("it's--3\n/\n1-2-\n/build", log);
    }

    [Fact]
    public async Task A_root_without_a_shell_is_an_error_that_says_so()
    {
        var request = fixture.Request("true") with { Trees = [] };
        var exception = await Assert.ThrowsAsync<SandboxException>(() => fixture.RunAsync(request));
        Assert.Equal("Nothing that is staged brings a shell ('sh'): add a build dependency that does.", exception.Message);
    }

    [Fact]
    public async Task Another_architecture_is_an_error_that_names_both()
    {
        var request = fixture.Request("true") with { Architecture = "sparc-v9" };
        var exception = await Assert.ThrowsAsync<SandboxException>(() => fixture.RunAsync(request));
        Assert.StartsWith("The element is built on sparc-v9, and this machine is ", exception.Message);
    }

    [Fact]
    public async Task A_second_run_on_the_same_base_stages_nothing()
    {
        await fixture.RunAsync(fixture.Request("true"));
        var before = Snapshot();
        await fixture.RunAsync(fixture.Request("echo other > /build/x"));
        Assert.Equal(before, Snapshot());

        string[] Snapshot() => [.. new DirectoryInfo(Path.Combine(fixture.Location, "store/roots")).EnumerateFiles("busybox", SearchOption.AllDirectories)
            .Select(file => $"{file.FullName} {file.CreationTimeUtc:O}").Order()];
    }
}
