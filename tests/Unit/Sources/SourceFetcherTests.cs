using System.Formats.Tar;
using System.Text;
using Bistro.Builder.Errors;
using Bistro.Model.Content;
using Bistro.Model.Errors;

namespace Bistro.Unit.Sources;

public sealed class SourceFetcherTests : IAsyncDisposable
{
    private readonly ProjectFixture _project = new();

    public SourceFetcherTests()
    {
        _project.Write("files/a", "1");
        _project.Write("files/sub/b", "2");
        _project.Write("other/a", "3");
    }

    [Fact]
    public async Task Sources_are_laid_over_one_another_in_their_order()
    {
        var element = await _project.LoadAsync("""
            kind: import
            sources:
            - kind: local
              path: files
            - kind: local
              path: other
            """);
        Assert.Equal(["/a = 3", "/sub/b = 2"], _project.Text(await _project.StageAsync(element)));
    }

    [Fact]
    public async Task A_source_is_staged_in_its_directory()
    {
        var element = await _project.LoadAsync("""
            kind: import
            sources:
            - kind: local
              path: files
              directory: deep/down
            """);
        Assert.Equal(["/deep/down/a = 1", "/deep/down/sub/b = 2"], _project.Text(await _project.StageAsync(element)));
    }

    [Fact]
    public async Task What_was_staged_once_is_not_fetched_again()
    {
        var element = await _project.LoadAsync($"""
            kind: import
            sources:
            - kind: remote
              url: file://{_project.Directory}/files/a
              ref: {Digest.Of("1"u8).Hex}
            """);
        var source = element.Sources[0];
        Assert.False(_project.Fetcher.IsFetched(source));
        var tree = await _project.StageAsync(element);
        Assert.True(_project.Fetcher.IsFetched(source));
        File.Delete($"{_project.Directory}/files/a");
        Directory.Delete(_project.SourcesOfStore, recursive: true);
        Assert.Equal(tree, await _project.StageAsync(element));
    }

    [Fact]
    public async Task An_archive_that_cannot_be_stored_is_refused_with_the_place_of_the_source()
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, string.Concat(Enumerable.Repeat("a/", 12_000)) + "x"));
        File.WriteAllBytes($"{_project.Directory}/deep.tar", archive.ToArray());
        var element = await _project.LoadAsync($"""
            kind: import
            sources:
            - kind: tar
              url: file://{_project.Directory}/deep.tar
              ref: {Digest.Of(archive.ToArray()).Hex}
            """);
        var failure = await Assert.ThrowsAsync<SourceException>(() => _project.StageAsync(element));
        Assert.StartsWith("test.bst:3:3: The archive cannot be stored. The path 'a/a/", failure.Message);
        Assert.EndsWith("is longer than 4096 bytes.", failure.Message);
    }

    [Fact]
    public async Task A_local_folder_that_is_too_deep_is_refused_with_its_place()
    {
        var place = $"{_project.Directory}/deep";
        Directory.CreateDirectory(place);
        for (var i = 0; i < 25; i++)
        {
            Directory.CreateDirectory($"{_project.Directory}/above");
            Directory.Move(place, $"{_project.Directory}/above/{new string('d', 200)}");
            Directory.Move($"{_project.Directory}/above", place);
        }
        var failure = await Assert.ThrowsAsync<LoadException>(() => _project.LoadAsync("""
            kind: import
            sources:
            - kind: local
              path: deep
            """));
        Assert.StartsWith("test.bst:4:9: The path 'dddd", failure.Message);
        Assert.EndsWith("is longer than 4096 bytes", failure.Message);
    }

    [Theory]
    [InlineData(".pc", "quilt")]
    [InlineData("Cargo.lock", "gen_cargo_lock")]
    public async Task A_link_where_a_program_of_the_host_writes_is_refused(string name, string kind)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, $"p/{name}") { LinkName = "/tmp" });
        _project.Write("project.conf", "name: test\nmin-version: 2.0\nplugins: [{origin: pip, package-name: buildstream-plugins-community, sources: [quilt, gen_cargo_lock]}]\n");
        File.WriteAllBytes($"{_project.Directory}/links.tar", archive.ToArray());
        var element = await _project.LoadAsync($"""
            kind: import
            sources:
            - kind: tar
              url: file://{_project.Directory}/links.tar
              ref: {Digest.Of(archive.ToArray()).Hex}
            - kind: {kind}
            """);
        var failure = await Assert.ThrowsAsync<SourceException>(() => kind == "quilt" ? _project.StageAsync(element) : _project.Fetcher.TrackAsync(element, Stream.Null, TestContext.Current.CancellationToken));
        Assert.Contains($"'{name}' of the sources is a symbolic link to '/tmp', which is not followed.", failure.Message);
    }

    [Fact]
    public async Task A_failure_begins_with_the_place_of_the_source()
    {
        var element = await _project.LoadAsync($"""
            kind: import
            sources:
            - kind: local
              path: files
            - kind: remote
              url: file:///nowhere
              ref: {Digest.Of("1"u8).Hex}
            """);
        var failure = await Assert.ThrowsAsync<SourceException>(() => _project.StageAsync(element));
        Assert.StartsWith("test.bst:5:3: file:///nowhere", failure.Message);
        Assert.False(failure.IsTransient);
    }

    [Fact]
    public async Task A_folder_over_a_file_is_refused()
    {
        var element = await _project.LoadAsync("""
            kind: import
            sources:
            - kind: local
              path: files
            - kind: local
              path: other
              directory: a
            """);
        Assert.StartsWith("test.bst:5:3: /a is a directory", (await Assert.ThrowsAsync<SourceException>(() => _project.StageAsync(element))).Message);
    }

    [Fact]
    public async Task Tracking_reports_changes()
    {
        var element = await _project.LoadAsync($"""
            kind: import
            sources:
            - kind: remote
              url: file://{_project.Directory}/files/a
              ref: {Digest.Of("old"u8).Hex}
            - kind: remote
              url: file://{_project.Directory}/files/sub/b
              ref: {Digest.Of("2"u8).Hex}
            - kind: local
              path: files
            """);
        var tracked = await _project.TrackAsync(element);
        Assert.Equal([true, false, false], tracked.Select(source => source.IsChanged));
        Assert.Equal(Digest.Of("1"u8).Hex, tracked[0].Ref!.Text("ref"));
        Assert.True(tracked[0].Newest.Configuration.IsResolved);
        Assert.Null(tracked[2].Ref);
    }

    [Fact]
    public async Task A_project_behind_a_junction_is_fetched_once_and_loaded()
    {
        Tar("sub", "sub-1/project.conf", "name: sub\nmin-version: 2.0\n", "sub-1/x.bst", "kind: stack\n");
        _project.Write("sub.bst", $"kind: junction\nsources:\n- kind: tar\n  url: file://{_project.Directory}/sub.tar\n  ref: {Hash("sub.tar")}\n");
        Assert.Equal("sub.bst:x.bst", (await _project.LoadElementAsync("sub.bst:x.bst")).FullName);
        File.Delete($"{_project.Directory}/sub.tar");
        Assert.Equal("sub.bst:x.bst", (await _project.LoadElementAsync("sub.bst:x.bst")).FullName);
    }

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    private string Hash(string path) => Digest.Of(File.ReadAllBytes($"{_project.Directory}/{path}")).Hex;

    private void Tar(string name, params string[] files)
    {
        using var writer = new TarWriter(File.Create($"{_project.Directory}/{name}.tar"));
        foreach (var file in files.Chunk(2))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, file[0]) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(file[1])) });
    }
}
