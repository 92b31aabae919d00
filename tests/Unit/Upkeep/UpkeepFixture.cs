using Bistro.Builder.Artifacts;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Builder.Trees;
using Bistro.Builder.Upkeep;
using Bistro.Model.Content;
using Bistro.Unit.Content;
using Microsoft.Extensions.Time.Testing;

namespace Bistro.Unit.Upkeep;

/// <summary>A store with artifacts, sources and builds, and a clock that tests set forward.</summary>
public sealed class UpkeepFixture : IAsyncDisposable
{
    private readonly StoreFixture _fixture;
    private readonly MetadataStore _metadata;

    public UpkeepFixture(IContentFaults? faults = null)
    {
        _fixture = new StoreFixture(faults, Time);
        _metadata = MetadataStore.Open(Store.Layout.Metadata, ArtifactTable.Schema, TreeTable.Schema, BuildTable.Schema);
        Trees = new TreeStore(Store);
        Artifacts = new ArtifactTable(_metadata, Store, Time);
        Sources = new TreeTable(_metadata, Store, Time);
        History = new BuildTable(_metadata);
    }

    /// <summary>Begins with the system's time, because the kernel stamps files with it.</summary>
    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public ContentStore Store => _fixture.Store;

    public TreeStore Trees { get; }

    public ArtifactTable Artifacts { get; }

    public TreeTable Sources { get; }

    public BuildTable History { get; }

    public IReadOnlyList<IContentHolder> Holders => [Artifacts, Sources, History];

    public GarbageCollector Collector => new(Store, Holders, Time);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Every object that the store has.</summary>
    public IEnumerable<Digest> Objects => Enumerable.Range(0, 256).SelectMany(Store.Layout.Objects);

    public string NewDirectory() => _fixture.NewDirectory();

    /// <summary>A tree of one file.</summary>
    public async Task<Digest> Tree(string content)
    {
        var file = Path.Combine(NewDirectory(), "file");
        await File.WriteAllTextAsync(file, content, Token);
        return await Trees.CaptureAsync(file, CaptureOptions.Default, Token);
    }

    /// <summary>An artifact of one file, kept under a key that the name gives.</summary>
    public async Task<Digest> Artifact(string name, string content, TimeSpan cost = default)
    {
        var files = await Tree(content);
        var text = await Store.PutAsync(new byte[] { 42 }, Token);
        var artifact = new Artifact
        {
            IsSuccess = true,
            StrongKey = Key(name),
            StrictKey = Key(name),
            WeakKey = Key(name),
            Files = Trees.Measure(files),
            PublicData = text,
            SharedMetadata = text,
            OwnMetadata = text,
        };
        await Artifacts.PutAsync("p", name, artifact, cost, Token);
        return files;
    }

    public bool HasArtifact(string name) => Artifacts.Find(ArtifactName.Create("p", name, Key(name))) is not null;

    /// <summary>Whether the tree and all that is below it are there.</summary>
    public bool IsWhole(Digest tree) =>
        Store.Find(tree) is not null && Trees.Walk(tree).All(entry => entry.Node is not FileNode file || Store.Find(file.Content.Hash) is not null);

    public async ValueTask DisposeAsync()
    {
        Trees.Dispose();
        await _metadata.DisposeAsync();
        _fixture.Dispose();
    }

    private static string Key(string name) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(name)).Hex;
}
