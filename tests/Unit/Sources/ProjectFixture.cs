using Bistro.Builder.Artifacts;
using Bistro.Builder.Kinds;
using Bistro.Builder.Metadata;
using Bistro.Builder.Processes;
using Bistro.Builder.Sources;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Loading;
using Bistro.Model.Projects;
using Bistro.Unit.Content;
using Bistro.Unit.Trees;

namespace Bistro.Unit.Sources;

/// <summary>A little project in a folder of its own, with a store to fetch its sources into.</summary>
public sealed class ProjectFixture : IAsyncDisposable
{
    private readonly StoreFixture _store = new();
    private readonly MetadataStore _metadata;
    private readonly TreeStore _trees;
#pragma warning disable RS0030 // The test's own composition root.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
#pragma warning restore RS0030

    public ProjectFixture()
    {
        _metadata = MetadataStore.Open(_store.Store.Layout.Metadata, TreeTable.Schema);
        _trees = new TreeStore(_store.Store);
        Directory = _store.NewDirectory();
        Write("project.conf", "name: test\nmin-version: 2.0\n");
    }

    /// <summary>The folder with project.conf.</summary>
    public string Directory { get; }

    public string SourcesOfStore => _store.Store.Layout.Sources;

    public SourceFetcher Fetcher => new(
        _store.Store, _trees, new TreeTable(_metadata, _store.Store, TimeProvider.System), new ToolRunner(TimeProvider.System),
        new Downloader(_http, TimeProvider.System));

    public JunctionFetcher JunctionFetcher => new(_store.Store, _trees, Fetcher);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Write(string path, string text)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName($"{Directory}/{path}")!);
        File.WriteAllText($"{Directory}/{path}", text);
    }

    public string Read(string path) => File.ReadAllText($"{Directory}/{path}");

    /// <summary>Writes the text as <c>test.bst</c> and loads it.</summary>
    public Task<Element> LoadAsync(string element)
    {
        Write("test.bst", element);
        return LoadElementAsync("test.bst");
    }

    public async Task<Element> LoadElementAsync(string name)
    {
        var kinds = new KindCatalog(ElementKinds.All, SourceKinds.All, SourceMirrorKinds.All);
        var loader = new ProjectLoader(new LoadRequest { Directory = Directory }, kinds, JunctionFetcher);
        return (await loader.LoadAsync([name], Token)).Targets[0];
    }

    public Task<Digest> StageAsync(Element element) => Fetcher.StageAsync(element, Stream.Null, Token);

    public Task<IReadOnlyList<TrackedSource>> TrackAsync(Element element) => Fetcher.TrackAsync(element, Stream.Null, Token);

    /// <summary>The tree in the notation of <see cref="TreeFixture"/>.</summary>
    public string[] Text(Digest tree) => TreeFixture.Text(_trees, tree);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _trees.Dispose();
        await _metadata.DisposeAsync();
        _store.Dispose();
    }
}
