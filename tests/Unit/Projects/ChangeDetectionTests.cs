using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Loading;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Projects;

/// <summary>What a loader notices of changed files, and what it does when they change during a load.</summary>
public sealed class ChangeDetectionTests : IDisposable
{
    private const string Configuration = "name: top\nmin-version: 2.0\nelement-path: elements\nvariables: {(@): shared.yml}\n";

    private readonly LittleProjects _projects = new();

    public ChangeDetectionTests() => WriteProject("top", "one");

    public static TheoryData<string> Files => ["project.conf", "shared.yml", "part.yml", "files/a", "elements/a.bst", "elements/b.bst"];

    public void Dispose() => _projects.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_replaced_by_one_of_the_same_size_and_time_is_read_again(string file)
    {
        var loader = _projects.Loader();
        var before = await KeysAsync(loader);
        var path = Path.Combine(_projects.Directory, file);
        var written = File.GetLastWriteTimeUtc(path);
        _projects.Write("new", "file", Changed(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)));
        File.SetLastWriteTimeUtc(Path.Combine(_projects.Folder("new"), "file"), written);
        File.Move(Path.Combine(_projects.Folder("new"), "file"), path, overwrite: true);
        await ExpectChangedAsync(loader, before);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_written_in_place_whose_time_is_set_back_is_read_again(string file)
    {
        var loader = _projects.Loader();
        var before = await KeysAsync(loader);
        var path = Path.Combine(_projects.Directory, file);
        var written = File.GetLastWriteTimeUtc(path);
        await File.WriteAllTextAsync(path, Changed(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(path, written);
        await ExpectChangedAsync(loader, before);
    }

    [Fact]
    public async Task A_folder_moved_away_and_created_again_is_read_again()
    {
        var loader = _projects.Loader();
        var before = await KeysAsync(loader);
        Directory.Move(_projects.Directory, _projects.Folder("old"));
        WriteProject("top", "two");
        await ExpectChangedAsync(loader, before);
    }

    [Fact]
    public async Task A_link_to_the_project_that_leads_elsewhere_now_is_followed()
    {
        WriteProject("second", "two");
        var current = _projects.Folder("current");
        Directory.CreateSymbolicLink(current, _projects.Directory);
        var loader = _projects.Loader(_projects.Request with { Directory = current });
        var before = await KeysAsync(loader);
        Directory.Delete(current);
        Directory.CreateSymbolicLink(current, _projects.Folder("second"));
        Assert.NotEqual(before, await KeysAsync(loader));
        Assert.Equal(
            await KeysAsync(_projects.Loader(_projects.Request with { Directory = _projects.Folder("second") })), await KeysAsync(loader));
    }

    [Fact]
    public async Task A_file_that_comes_to_lie_over_an_included_one_is_read()
    {
        var request = _projects.Request with { Overlay = _projects.Folder("over") };
        Directory.CreateDirectory(request.Overlay);
        var loader = _projects.Loader(request);
        var before = await KeysAsync(loader);
        _projects.Write("over", "shared.yml", "shared: two\n");
        var after = await KeysAsync(loader);
        Assert.NotEqual(before, after);
        Assert.Equal(await KeysAsync(_projects.Loader(request)), after);
    }

    [Fact]
    public async Task A_load_during_which_a_file_changes_that_it_has_read_is_repeated()
    {
        var reads = 0;
        var keys = await KeysAsync(Editing(() =>
        {
            if (reads++ == 0)
                _projects.With("shared.yml", "shared: two\n").With("elements/a.bst", "kind: manual\n");
        }));
        Assert.Equal(await KeysAsync(Editing(() => { })), keys);
        Assert.InRange(reads, 3, 4);
    }

    [Fact]
    public async Task A_file_that_never_rests_does_not_keep_the_others_from_loading()
    {
        var edits = 0;
        var loader = Editing(() => _projects.With("shared.yml", $"shared: {edits++}\n"));
        await KeysAsync(loader);
        Assert.InRange(edits, 2, 8);
    }

    [Fact]
    public async Task Files_that_keep_changing_are_an_error_at_one_of_them()
    {
        var edits = 0;
        var loader = Editing(() => _projects.With("shared.yml", $"shared: {edits++}\n").With("part.yml", $"variables: {{part: '{edits}'}}\n"));
        var mistake = await Assert.ThrowsAsync<LoadException>(() => KeysAsync(loader));
        Assert.StartsWith("shared.yml:1:1: The files of the project keep changing", mistake.Message, StringComparison.Ordinal);
        Assert.Equal(LoadErrorReason.FilesKeepChanging, Assert.Single(mistake.Errors).Reason);
        Assert.InRange(edits, 10, 100);
    }

    [Fact]
    public async Task A_junction_that_only_plugins_could_come_from_is_fetched_when_an_element_needs_it()
    {
        _projects.With("project.conf", "name: top\nmin-version: 2.0\nelement-path: elements\nplugins: [{origin: junction, junction: sub.bst, elements: [autotools]}]\n")
            .With("elements/sub.bst", $"kind: junction\nsources: [{{kind: remote, url: 'https://example.com/sub', ref: {new string('a', 64)}}}]\n")
            .With("elements/own.bst", "kind: autotools\n")
            .With("elements/behind.bst", "kind: stack\ndepends: [sub.bst:a.bst]\n");
        _projects.Write("sub", "project.conf", "name: sub\nmin-version: 2.0\n");
        _projects.Write("sub", "a.bst", "kind: manual\n");
        var loader = _projects.Loader(fetcher: new LazyFetcher(_projects.Folder("sub")));
        await loader.LoadAsync(["own.bst"], TestContext.Current.CancellationToken);
        var loaded = await loader.LoadAsync(["behind.bst"], TestContext.Current.CancellationToken);
        Assert.Equal("sub.bst:a.bst", Assert.Single(loaded.Targets[0].Dependencies).Element.FullName);
    }

    private void WriteProject(string folder, string word)
    {
        _projects.Write(folder, "project.conf", Configuration + "# one\nelements: {manual: {variables: {word: one}}}\n");
        _projects.Write(folder, "shared.yml", "shared: one\n");
        _projects.Write(folder, "part.yml", "variables: {part: one}\n");
        _projects.Write(folder, "files/a", word);
        _projects.Write(folder, "elements/a.bst", "kind: import\nsources: [{kind: local, path: files}]\nvariables: {own: one}\npublic: {x: '%{own}'}\n");
        _projects.Write(folder, "elements/b.bst", "kind: manual\n(@): part.yml\nbuild-depends: [a.bst]\nconfig: {build-commands: ['%{shared} %{part} %{word} one']}\n");
    }

    private static string Changed(string text) => text.Replace("one", "two", StringComparison.Ordinal);

    private async Task ExpectChangedAsync(ProjectLoader loader, string before)
    {
        var after = await KeysAsync(loader);
        Assert.NotEqual(before, after);
        Assert.Equal(await KeysAsync(_projects.Loader()), after);
    }

    private static async Task<string> KeysAsync(ProjectLoader loader)
    {
        var loaded = await loader.LoadAsync(["b.bst"], TestContext.Current.CancellationToken);
        return string.Join('\n', Closure.All(loaded.Targets).Select(element => $"{element.FullName} {element.Keys.Strict}"));
    }

    /// <summary>A loader that edits the project when it has read project.conf and its includes, but no element.</summary>
    private ProjectLoader Editing(Action edit)
    {
        _projects.With("project.conf", Configuration + "mirrors: [{name: one, kind: editing}]\nelements: {manual: {variables: {word: one}}}\n");
        return _projects.Loader(mirror: new EditingMirrors(edit), time: new ImpatientTime());
    }

    private sealed class EditingMirrors(Action edit) : ISourceMirrorKind, ISourceMirror
    {
        public string Name => "editing";

        public ISourceMirror Configure(MappingNode config)
        {
            edit();
            return this;
        }

        public ImmutableArray<MirrorUrl> Locate(string alias, string path) => [];
    }

    private sealed class LazyFetcher(string folder) : IJunctionFetcher
    {
        public Task<string?> FetchAsync(Element junction, bool isOptional, CancellationToken cancellationToken) =>
            Task.FromResult(isOptional ? null : folder);
    }

    /// <summary>A time in which every pause is over at once.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
