using Bistro.Builder.Errors;
using Bistro.Builder.Sources.Git;
using Bistro.Builder.Trees;
using Bistro.Unit.Trees;

namespace Bistro.Unit.Sources;

public sealed class GitSourceTests(GitHistoryFixture history) : IClassFixture<GitHistoryFixture>, IDisposable
{
    private readonly SourceFixture _sources = new();
    private readonly string _url = history.Remote.Url;
    private readonly string _tagged = history.Tagged;
    private readonly string _latest = history.Latest;

    [Fact]
    public async Task A_plain_commit_has_its_files_and_a_clean_git_with_one_commit()
    {
        var directory = await CheckoutAsync($"{{kind: git_repo, url: '{_url}', ref: {_latest}}}");
        Assert.Equal("second", await File.ReadAllTextAsync(Path.Combine(directory, "src/main.c"), TreeFixture.Token));
        Assert.Equal("", await GitRemote.RunInAsync(directory, "status", "--porcelain"));
        Assert.Equal(_latest, await GitRemote.RunInAsync(directory, "log", "--format=%H"));
    }

    [Fact]
    public async Task A_described_commit_can_be_described_again()
    {
        var reference = $"v1.0-2-g{_latest}";
        var directory = await CheckoutAsync($"{{kind: git_repo, url: '{_url}', ref: {reference}}}");
        Assert.Equal(reference, await GitRemote.RunInAsync(directory, "describe", "--long", "--abbrev=40"));
        Assert.Equal("", await GitRemote.RunInAsync(directory, "status", "--porcelain"));
        Assert.Equal("3", await GitRemote.RunInAsync(directory, "rev-list", "--count", "HEAD"));
    }

    [Fact]
    public async Task The_staged_tree_is_the_same_each_time()
    {
        var source = $"{{kind: git_repo, url: '{_url}', ref: v1.0-2-g{_latest}}}";
        var first = await _sources.StageAsync(source);
        using var others = new SourceFixture();
        Assert.Equal(first, await others.StageAsync(source));
    }

    [Fact]
    public async Task What_was_fetched_is_not_fetched_again()
    {
        var source = $"{{kind: git_repo, url: '{_url}', ref: {_latest}}}";
        var first = await _sources.StageAsync(source);
        Assert.Equal(first, await _sources.StageAsync(source.Replace(_url, "file:///gone", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_tag_that_the_remote_lacks_is_an_error_that_names_it()
    {
        var error = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync($"{{kind: git_repo, url: '{_url}', ref: v9-2-g{_latest}}}"));
        Assert.Contains("'v9'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{track: 'v*'}", "TAGGED")]
    [InlineData("{track: main}", "LATEST")]
    [InlineData("{track: 'v*', ref-format: git-describe}", "v1.0-0-gTAGGED")]
    [InlineData("{track: main, ref-format: git-describe}", "v1.0-2-gLATEST")]
    [InlineData("{track: 'refs/heads/*'}", "LATEST")]
    [InlineData("{track: '*', exclude: [main]}", "TAGGED")]
    public async Task Tracking_finds_the_newest_ref_that_matches(string members, string expected)
    {
        var found = await _sources.TrackAsync($"{{kind: git_repo, url: '{_url}', {members[1..]}");
        Assert.Equal(expected.Replace("TAGGED", _tagged, StringComparison.Ordinal).Replace("LATEST", _latest, StringComparison.Ordinal), found!.Text("ref"));
    }

    [Fact]
    public async Task Tracking_what_is_not_there_says_so()
    {
        var error = await Assert.ThrowsAsync<SourceException>(() => _sources.TrackAsync($"{{kind: git_repo, url: '{_url}', track: 'x*'}}"));
        Assert.StartsWith("No matching refs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Git_stages_submodules_and_no_history()
    {
        var remote = await WithSubmoduleAsync();
        var staged = await _sources.TextAsync($"{{kind: git, url: '{remote.Url}', ref: {remote.Commit}}}");
        Assert.Equal(["/sub/inner = inside"], staged.Where(line => !line.StartsWith("/.gitmodules", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_submodule_that_is_switched_off_is_an_empty_folder()
    {
        var remote = await WithSubmoduleAsync();
        Assert.Contains(
            "/sub/", await _sources.TextAsync($"{{kind: git, url: '{remote.Url}', ref: {remote.Commit}, submodules: {{sub: {{checkout: False}}}}}}"));
    }

    [Theory]
    [InlineData("file:///etc", "file:///etc")]
    [InlineData("/etc", "/etc")]
    [InlineData("etc", "etc")]
    [InlineData("FILE:///etc", "FILE:///etc")]
    [InlineData("ext::sh -c touch% /tmp/x", "ext::sh -c touch% /tmp/x")]
    [InlineData("fd::17", "fd::17")]
    [InlineData("--upload-pack=touch /tmp/x", "--upload-pack=touch /tmp/x")]
    [InlineData("ssh://-oProxyCommand=touch/x", "ssh://-oProxyCommand=touch/x")]
    [InlineData("-oProxyCommand=touch:x", "-oProxyCommand=touch:x")]
    [InlineData("file://me:secret@host/x", "file://host/x")]
    [InlineData("../../../x", "leads out of 'https://host.invalid/a/b.git'")]
    public async Task A_remote_repository_may_not_name_a_submodule_of_this_machine(string address, string told)
    {
        var remote = await WithSubmoduleAsync(address);
        // Fetched already, so that the name of the remote does not matter.
        await _sources.StageAsync($"{{kind: git, url: '{remote.Url}', ref: {remote.Commit}, checkout-submodules: False}}");
        var failure = await Assert.ThrowsAsync<SourceException>(
            () => _sources.StageAsync($"{{kind: git, url: 'https://me:pass@host.invalid/a/b.git', ref: {remote.Commit}}}"));
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
        Assert.Contains("'sub'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("https://host.invalid/a/b.git", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ext::sh -c touch% /tmp/x")]
    [InlineData("fd::17")]
    [InlineData("--upload-pack=touch /tmp/x")]
    public async Task No_repository_may_name_a_program_for_a_submodule(string address)
    {
        var remote = await WithSubmoduleAsync(address);
        await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync($"{{kind: git, url: '{remote.Url}', ref: {remote.Commit}}}"));
    }

    [Fact]
    public async Task A_local_repository_may_name_submodules_beside_it()
    {
        var remote = await WithSubmoduleAsync("RELATIVE");
        Assert.Contains("/sub/inner = inside", await _sources.TextAsync($"{{kind: git, url: '{remote.Url}', ref: {remote.Commit}}}"));
    }

    [Fact]
    public async Task The_project_may_say_where_a_submodule_of_a_remote_repository_is()
    {
        var remote = await WithSubmoduleAsync("file:///etc");
        await _sources.StageAsync($"{{kind: git, url: '{remote.Url}', ref: {remote.Commit}, checkout-submodules: False}}");
        Assert.Contains("/sub/inner = inside", await _sources.TextAsync(
            $"{{kind: git, url: 'https://host.invalid/a', ref: {remote.Commit}, submodules: {{sub: {{url: '{remote.ModuleUrl}'}}}}}}"));
    }

    [Theory]
    [InlineData("https://h/a/b.git", "../c", "https://h/a/c")]
    [InlineData("https://h/a/b.git/", "./c/./d", "https://h/a/b.git/c/d")]
    [InlineData("https://h/a", "../c", "https://h/c")]
    [InlineData("git@h:a/b", "../c", "git@h:a/c")]
    [InlineData("git@h:a", "../c", "git@h:c")]
    [InlineData("https://h/a", "git@other:x/y.git", "git@other:x/y.git")]
    [InlineData("https://h/a", "ssh://git@other/x", "ssh://git@other/x")]
    [InlineData("file:///srv/a", "../b", "file:///srv/b")]
    [InlineData("/srv/a", "/srv/b", "/srv/b")]
    [InlineData("/srv/a", "https://h/b", "https://h/b")]
    public void A_submodule_s_address_begins_at_the_repository_above(string above, string address, string expected) =>
        Assert.Equal(expected, GitUrl.OfSubmodule(address, above, "sub"));

    [Fact]
    public async Task Git_runs_no_program_that_a_URL_names()
    {
        var mark = Path.Combine(_sources.NewDirectory(), "ran");
        var failure = await Assert.ThrowsAsync<SourceException>(() => _sources.StageAsync($"{{kind: git, url: 'ext::touch {mark}', ref: {_latest}}}"));
        Assert.Contains("ext", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public async Task Git_tag_keeps_a_history_in_which_the_tag_is_found()
    {
        var directory = await CheckoutAsync($"{{kind: git_tag, url: '{_url}', ref: v1.0-2-g{_latest}}}");
        Assert.Equal($"v1.0-2-g{_latest}", await GitRemote.RunInAsync(directory, "describe", "--long", "--abbrev=40"));
        Assert.Equal("", await GitRemote.RunInAsync(directory, "status", "--porcelain"));
    }

    [Fact]
    public async Task Git_tag_tracks_the_nearest_tag_of_a_branch() => Assert.Equal(
        $"v1.0-0-g{_tagged}",
        (await _sources.TrackAsync($"{{kind: git_tag, url: '{_url}', track: main, track-tags: True}}"))!.Text("ref"));

    [Fact]
    public async Task Git_module_is_staged_in_its_place_and_tracked_in_the_repository_above()
    {
        var remote = await WithSubmoduleAsync();
        _sources.Previous = await _sources.StageAsync($"{{kind: git_repo, url: '{remote.Url}', ref: {remote.Commit}}}");
        var found = await _sources.TrackAsync($"{{kind: git_module, url: '{remote.ModuleUrl}', path: sub}}");
        Assert.Equal(remote.ModuleCommit, found!.Text("ref"));
        var staged = await _sources.TextAsync($"{{kind: git_module, url: '{remote.ModuleUrl}', path: sub, ref: {remote.ModuleCommit}}}");
        Assert.Contains("/sub/inner = inside", staged);
        Assert.Contains(staged, line => line.StartsWith("/sub/.git/HEAD", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tags_of_git_make_a_repository_to_describe()
    {
        var directory = await CheckoutAsync(
            $"{{kind: git, url: '{_url}', ref: {_latest}, tags: [{{tag: v1.0, commit: {_tagged}, annotated: true}}]}}");
        Assert.Equal($"v1.0-2-g{_latest}", await GitRemote.RunInAsync(directory, "describe", "--long", "--abbrev=40"));
    }

    public void Dispose() => _sources.Dispose();

    /// <summary>A repository with a submodule at <c>sub</c>.</summary>
    private async Task<(string Url, string Commit, string ModuleUrl, string ModuleCommit)> WithSubmoduleAsync(string? address = null)
    {
        var module = await GitRemote.CreateAsync(_sources.NewDirectory());
        module.Write("inner", "inside");
        var moduleCommit = await module.CommitAsync("module");
        var remote = await GitRemote.CreateAsync(_sources.NewDirectory());
        await remote.RunAsync("submodule", "--quiet", "add", module.Url, "sub");
        if (address is not null)
            await remote.RunAsync("config", "--file", ".gitmodules", "submodule.sub.url", address.Replace("RELATIVE", "../" + Path.GetFileName(module.Url), StringComparison.Ordinal));
        return (remote.Url, await remote.CommitAsync("with submodule"), module.Url, moduleCommit);
    }

    private async Task<string> CheckoutAsync(string source)
    {
        var directory = _sources.NewDirectory();
        await _sources.Trees.Trees.CheckoutAsync(await _sources.StageAsync(source), directory, TreeFixture.Token);
        return directory;
    }
}

/// <summary>A repository with four commits, the second of them tagged.</summary>
public sealed class GitHistoryFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bistro-git-").FullName;

    internal GitRemote Remote { get; private set; } = null!;

    public string Tagged { get; private set; } = "";

    public string Latest { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Remote = await GitRemote.CreateAsync(_directory);
        Remote.Write("src/main.c", "first");
        await Remote.CommitAsync("one");
        Remote.Write("src/main.c", "second");
        Remote.Link("link", "src/main.c");
        Tagged = await Remote.CommitAsync("two");
        await Remote.RunAsync("tag", "--annotate", "--message", "release", "v1.0");
        await Remote.CommitAsync("three");
        Remote.Write("new", "x");
        Latest = await Remote.CommitAsync("four");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
