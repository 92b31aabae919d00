using Bistro.Builder.Artifacts;
using Bistro.Builder.Errors;
using Bistro.Builder.Kinds;
using Bistro.Builder.Metadata;
using Bistro.Builder.Processes;
using Bistro.Builder.Sources;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Projects;
using Bistro.Unit.Content;
using Bistro.Unit.Trees;

namespace Bistro.Unit.Sources;

public sealed class SourceFetcherTests : IAsyncDisposable
{
    private readonly StoreFixture _store = new();
    private readonly MetadataStore _metadata;
    private readonly TreeStore _trees;
#pragma warning disable RS0030 // The test's own composition root.
    private readonly HttpClient _http = new();
#pragma warning restore RS0030
    private readonly string _project;

    public SourceFetcherTests()
    {
        _metadata = MetadataStore.Open(_store.Store.Layout.Metadata, TreeCache.Schema);
        _trees = new TreeStore(_store.Store);
        _project = _store.NewDirectory();
        Write("project.conf", "name: test\nmin-version: 2.0\n");
        Write("files/a", "1");
        Write("files/sub/b", "2");
        Write("other/a", "3");
    }

    private SourceFetcher Fetcher => new(
        _store.Store, _trees, new TreeCache(_metadata, _store.Store, TimeProvider.System), new ToolRunner(TimeProvider.System),
        new Downloader(_http, TimeProvider.System));

    [Fact]
    public async Task Sources_are_laid_over_one_another_in_their_order()
    {
        var element = await Load("""
            kind: import
            sources:
            - kind: local
              path: files
            - kind: local
              path: other
            """);
        Assert.Equal(["/a = 3", "/sub/b = 2"], Text(await Stage(element)));
    }

    [Fact]
    public async Task A_source_is_staged_in_its_directory()
    {
        var element = await Load("""
            kind: import
            sources:
            - kind: local
              path: files
              directory: deep/down
            """);
        Assert.Equal(["/deep/down/a = 1", "/deep/down/sub/b = 2"], Text(await Stage(element)));
    }

    [Fact]
    public async Task What_was_staged_once_is_not_fetched_again()
    {
        var element = await Load($"""
            kind: import
            sources:
            - kind: remote
              url: file://{_project}/files/a
              ref: {Digest.Of("1"u8).Hex}
            """);
        var source = element.Sources[0];
        Assert.False(Fetcher.IsFetched(source));
        var tree = await Stage(element);
        Assert.True(Fetcher.IsFetched(source));
        File.Delete($"{_project}/files/a");
        Directory.Delete(_store.Store.Layout.Sources, recursive: true);
        Assert.Equal(tree, await Stage(element));
    }

    [Fact]
    public async Task A_failure_begins_with_the_place_of_the_source()
    {
        var element = await Load($"""
            kind: import
            sources:
            - kind: local
              path: files
            - kind: remote
              url: file:///nowhere
              ref: {Digest.Of("1"u8).Hex}
            """);
        var failure = await Assert.ThrowsAsync<SourceException>(() => Stage(element));
        Assert.StartsWith("test.bst:5:3: file:///nowhere", failure.Message);
        Assert.False(failure.IsTransient);
    }

    [Fact]
    public async Task A_folder_over_a_file_is_refused()
    {
        var element = await Load("""
            kind: import
            sources:
            - kind: local
              path: files
            - kind: local
              path: other
              directory: a
            """);
        Assert.StartsWith("test.bst:5:3: /a is a directory", (await Assert.ThrowsAsync<SourceException>(() => Stage(element))).Message);
    }

    [Fact]
    public async Task Tracking_tells_what_changes()
    {
        var element = await Load($"""
            kind: import
            sources:
            - kind: remote
              url: file://{_project}/files/a
              ref: {Digest.Of("old"u8).Hex}
            - kind: remote
              url: file://{_project}/files/sub/b
              ref: {Digest.Of("2"u8).Hex}
            - kind: local
              path: files
            """);
        var tracked = await Fetcher.TrackAsync(element, Stream.Null, TestContext.Current.CancellationToken);
        Assert.Equal([true, false, false], tracked.Select(source => source.IsChanged));
        Assert.Equal(Digest.Of("1"u8).Hex, tracked[0].Ref!.Text("ref"));
        Assert.True(tracked[0].Newest.Configuration.IsResolved);
        Assert.Null(tracked[2].Ref);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _trees.Dispose();
        await _metadata.DisposeAsync();
        _store.Dispose();
    }

    private Task<Digest> Stage(Element element) => Fetcher.StageAsync(element, Stream.Null, TestContext.Current.CancellationToken);

    private string[] Text(Digest tree) => TreeFixture.Text(_trees, tree);

    private async Task<Element> Load(string element)
    {
        Write("test.bst", element);
        var kinds = new KindCatalog(ElementKinds.All, SourceKinds.All, SourceMirrorKinds.All);
        var loaded = await new ProjectLoader(new LoadRequest { Directory = _project }, kinds).LoadAsync(["test.bst"], TestContext.Current.CancellationToken);
        return loaded.Targets[0];
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName($"{_project}/{path}")!);
        File.WriteAllText($"{_project}/{path}", text);
    }
}
