using Bistro.Builder.Errors;
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
    private async Task<(string Url, string Commit, string ModuleUrl, string ModuleCommit)> WithSubmoduleAsync()
    {
        var module = await GitRemote.CreateAsync(_sources.NewDirectory());
        module.Write("inner", "inside");
        var moduleCommit = await module.CommitAsync("module");
        var remote = await GitRemote.CreateAsync(_sources.NewDirectory());
        await remote.RunAsync("submodule", "--quiet", "add", module.Url, "sub");
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
