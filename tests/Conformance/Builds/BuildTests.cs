using Bistro.Builder.Errors;
using Bistro.Builder.Scheduling;
using Bistro.Conformance.Sandbox;
using Bistro.Model.Elements;

namespace Bistro.Conformance.Builds;

/// <summary>How builds go: in parallel, once, to their end, and wrong.</summary>
public sealed class BuildTests : IAsyncDisposable
{
    private readonly BuildFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_failure_reports_the_command_its_exit_code_its_last_lines_and_the_log()
    {
        Manual("bad.bst", "for i in $(seq 1 30); do echo line $i; done", "printf '\\033[31mred\\033[0m\\n'; echo boom >&2; exit 3");
        var error = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("bad.bst"));
        Assert.Equal(("bad.bst", "build-commands", 3), (error.Element, error.Phase, error.ExitCode));
        Assert.Equal("bad.bst: build-commands failed with exit code 3.", error.Message);
        Assert.EndsWith("exit 3", error.Command);
        Assert.Equal(20, error.LastLines.Length);
        Assert.Equal(["line 30", "red", "boom"], error.LastLines.Where(line => !line.StartsWith('+')).TakeLast(3));
        Assert.StartsWith(Path.Combine(_fixture.Store, "logs"), error.LogPath);
        Assert.Contains("line 1\n", await File.ReadAllTextAsync(error.LogPath!, Token));
    }

    [Fact]
    public async Task A_failure_leaves_its_log_and_its_record_and_nothing_else()
    {
        Manual("bad.bst", "echo > %{install-root}/half; exit 1");
        await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("bad.bst"));
        var element = await _fixture.LoadAsync("bad.bst");
        Assert.Null(_fixture.Builds.Artifacts.Find(element));
        Assert.Equal("bad.bst: build-commands failed with exit code 1.", _fixture.Builds.History.Find(element.Keys.Strict)!.Error);
        Assert.Contains("failed with exit code 1", Assert.Single(_fixture.Logs("bad.bst")));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_fixture.Store, "tmp")).SelectMany(Directory.EnumerateDirectories));
    }

    [Fact]
    public async Task A_failed_command_is_remembered_for_the_key_that_failed()
    {
        Manual("bad.bst", "test -e /fixed");
        await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("bad.bst"));
        await _fixture.ReopenAsync(new SchedulerOptions());
        Assert.Equal(CacheState.Failed, _fixture.View().StateOf(await _fixture.LoadAsync("bad.bst")));
        _fixture.Write("base/fixed", "");
        var mended = await _fixture.LoadAsync("bad.bst");
        Assert.Equal(CacheState.Absent, _fixture.View().StateOf(mended));
        await _fixture.BuildAsync("bad.bst");
        Assert.Equal(CacheState.Cached, _fixture.View().StateOf(mended));
    }

    [Fact]
    public async Task A_failure_is_built_again_on_the_next_request()
    {
        Manual("bad.bst", "exit 1");
        await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("bad.bst"));
        await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("bad.bst"));
        Assert.Equal(2, _fixture.Logs("bad.bst").Length);
    }

    [Fact]
    public async Task A_success_leaves_its_log_too()
    {
        Manual("a.bst", "echo this was said");
        await _fixture.BuildAsync("a.bst");
        Assert.Contains("\nthis was said\n", Assert.Single(_fixture.Logs("a.bst")));
    }

    [Fact]
    public async Task What_was_built_is_not_built_again_by_another_process()
    {
        Manual("a.bst", "cat /proc/sys/kernel/random/uuid > %{install-root}/once");
        var first = await _fixture.BuildAsync("a.bst");
        await _fixture.ReopenAsync(new SchedulerOptions());
        Assert.Equal(first, await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Fifty_callers_share_one_build()
    {
        Manual("a.bst", "echo built");
        await _fixture.BuildAsync("base.bst");
        var elements = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _fixture.LoadAsync("a.bst")));
        await Task.WhenAll(elements.Select(element => _fixture.Builds.Scheduler.BuildAsync(element, Token)));
        Assert.Single(_fixture.Logs("a.bst"));
    }

    [Fact]
    public async Task Two_processes_share_one_build()
    {
        Manual("a.bst", "cat /proc/sys/kernel/random/uuid > %{install-root}/once; sleep 0.2");
        await using var other = _fixture.OpenAgain();
        var element = await _fixture.LoadAsync("a.bst");
        var artifacts = await Task.WhenAll(
            _fixture.Builds.Scheduler.BuildAsync(element, Token),
            other.Builds.Scheduler.BuildAsync(element, Token));
        Assert.Equal(artifacts[0].Files, artifacts[1].Files);
        Assert.Single(_fixture.Logs("a.bst"));
    }

    [Fact]
    public async Task A_caller_that_leaves_does_not_end_the_build()
    {
        var mark = $"{Random.Shared.Next(100_000, 1_000_000)}";
        Manual("a.bst", $"echo {mark}; sleep 0.5");
        using var leave = new CancellationTokenSource();
        var element = await _fixture.LoadAsync("a.bst");
        var impatient = _fixture.Builds.Scheduler.BuildAsync(element, leave.Token);
        await HostProcesses.AppearAsync("0.5", Token);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await _fixture.Builds.Scheduler.BuildAsync(element, Token);
        Assert.Contains(mark, Assert.Single(_fixture.Logs("a.bst")));
    }

    [Fact]
    public async Task Closing_ends_what_is_being_built()
    {
        var mark = $"{Random.Shared.Next(100_000, 1_000_000)}";
        Manual("a.bst", $"sleep {mark}");
        var build = _fixture.Builds.Scheduler.BuildAsync(await _fixture.LoadAsync("a.bst"), Token);
        await HostProcesses.AppearAsync(mark, Token);
        await _fixture.ReopenAsync(new SchedulerOptions());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
        await HostProcesses.VanishAsync(mark, Token);
    }

    [Fact]
    public async Task A_source_without_a_ref_is_named_with_the_command_that_makes_one()
    {
        _fixture.Element("t.bst", "kind: import\nsources:\n- kind: tar\n  url: http://localhost/x.tar\n");
        _fixture.Element("a.bst", "kind: manual\nbuild-depends: [base.bst, t.bst]\n");
        var error = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("a.bst"));
        Assert.Equal(("t.bst", "resolve"), (error.Element, error.Phase));
        Assert.EndsWith("Run: bistro source track t.bst", error.Message);
    }

    [Fact]
    public async Task Overlaps_are_reported_in_the_log()
    {
        Overlapping();
        await _fixture.BuildAsync("a.bst");
        Assert.Contains(
            "/etc/x: y.bst may not overlap other elements; order: y.bst above x.bst", Assert.Single(_fixture.Logs("a.bst")));
    }

    [Fact]
    public async Task Whitelisted_overlaps_are_not_reported()
    {
        Overlapping("public: {bst: {overlap-whitelist: [/etc/*]}}");
        await _fixture.BuildAsync("a.bst");
        Assert.DoesNotContain("overlap", Assert.Single(_fixture.Logs("a.bst")));
    }

    [Fact]
    public async Task Overlaps_are_an_error_where_the_project_says_so()
    {
        Overlapping();
        _fixture.Write("project.conf", "name: test\nmin-version: 2.0\nelement-path: elements\nfatal-warnings: [overlaps]\n");
        var error = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("a.bst"));
        Assert.Equal(("a.bst", "stage"), (error.Element, error.Phase));
        Assert.Contains("/etc/x", error.Message);
    }

    [Fact]
    public async Task A_failing_integration_command_is_named()
    {
        _fixture.Element("i.bst", "kind: stack\ndepends: [base.bst]\npublic:\n  bst:\n    integration-commands: [\"echo no; exit 9\"]\n");
        _fixture.Element("a.bst", "kind: manual\nbuild-depends: [i.bst]\n");
        var error = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("a.bst"));
        Assert.Equal(("integration-commands", 9, "echo no; exit 9"), (error.Phase, error.ExitCode, error.Command));
    }

    [Fact]
    public async Task Independent_elements_are_built_at_once()
    {
        Manual("a.bst", "sleep 0.3");
        Manual("b.bst", "sleep 0.3");
        _fixture.Element("s.bst", "kind: stack\ndepends: [a.bst, b.bst]\n");
        var most = 0;
        await _fixture.Builds.Scheduler.BuildAllAsync([await _fixture.LoadAsync("s.bst")], progress => most = Math.Max(most, progress.Counts.Running), Token);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task A_whole_root_can_be_had_integrated_or_not()
    {
        _fixture.Element("i.bst", "kind: stack\ndepends: [base.bst]\npublic:\n  bst:\n    integration-commands: [\"echo yes > /integrated\"]\n");
        _fixture.Element("a.bst", "kind: manual\nbuild-depends: [base.bst]\nruntime-depends: [i.bst]\nconfig:\n  build-commands: [\"echo a > %{install-root}/a\"]\n");
        var element = await _fixture.LoadAsync("a.bst");
        await _fixture.Builds.Scheduler.BuildAsync(element, Token);
        var roots = _fixture.Builds.Roots;
        Assert.Equal(["/a = a"], _fixture.Text(await roots.StageAsync(element, Builder.Builds.RootScope.None, integrate: false, Token)));
        var run = _fixture.Text(await roots.StageAsync(element, Builder.Builds.RootScope.Run, integrate: true, Token));
        Assert.Contains("/a = a", run);
        Assert.Contains("/integrated = yes", run);
        Assert.Contains("/bin/sh -> busybox", run);
    }

    private void Manual(string name, params ReadOnlySpan<string> commands) => _fixture.Element(name, $"""
        kind: manual
        build-depends: [base.bst]
        config:
          build-commands:
          {string.Join("\n  ", commands.ToArray().Select(command => $"- |\n    {command}"))}
        """);

    private void Overlapping(string more = "")
    {
        foreach (var name in new[] { "x", "y" })
        {
            _fixture.Write($"{name}/etc/x", name);
            _fixture.Element($"{name}.bst", $"kind: import\nsources: [{{kind: local, path: {name}}}]\n{more}\n");
        }
        _fixture.Element("y.bst", $"kind: import\nruntime-depends: [x.bst]\nsources: [{{kind: local, path: y}}]\n{more}\n");
        _fixture.Element("a.bst", "kind: manual\nbuild-depends: [base.bst, y.bst]\n");
    }
}
