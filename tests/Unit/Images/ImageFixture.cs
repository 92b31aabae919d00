using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bistro.Builder.Artifacts;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Declared;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Images.Permissions;
using Bistro.Builder.Kinds;
using Bistro.Builder.Metadata;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Projects;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;
using Bistro.Unit.Trees;

namespace Bistro.Unit.Images;

/// <summary>A real store with elements whose artifacts are written as little trees, and <c>oci</c> elements on top of them.</summary>
internal sealed class ImageFixture : IDisposable
{
    private static readonly SourceFile File = new("elements/test.bst", null);

    private static readonly Project Project = new() { Name = "test", Directory = "/", JunctionPath = "", Files = null! };

    private readonly TreeFixture _fixture = new();
    private readonly Dictionary<Element, Artifact> _artifacts = new(ReferenceEqualityComparer.Instance);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public TreeStore Trees => _fixture.Trees;

    public MemoryStream Log { get; } = new();

    /// <summary>An element whose artifact is made of entries in <see cref="TreeFixture.Tree"/>'s notation, with runtime dependencies.</summary>
    public Task<Element> ElementAsync(string name, string[] entries, params Element[] needs) => ElementAsync(name, entries, "{}", needs);

    /// <summary>The same with public data.</summary>
    public async Task<Element> ElementAsync(string name, string[] entries, string publicData, params Element[] needs)
    {
        var element = Create(name, publicData, new StackKind(), new NothingToBuild(), [.. needs.Select(need => Edge(need, isBuild: false))]);
        await AddAsync(element, await _fixture.Tree(entries));
        return element;
    }

    /// <summary>Builds an <c>oci</c> element with this configuration.</summary>
    public Task<Element> BuildAsync(string name, string config, params Element[] dependencies) => BuildAsync(name, config, "{}", dependencies);

    /// <summary>The same with public data.</summary>
    public async Task<Element> BuildAsync(string name, string config, string publicData, params Element[] dependencies)
    {
        var edges = dependencies.Select(dependency => Edge(dependency, isBuild: true)).ToImmutableArray();
        var configuration = Configure(name, config, edges);
        var element = Create(name, publicData, new OciKind(), configuration, edges);
        await AddAsync(element, (await configuration.AssembleAsync(BuildOf(element), Token)).Tree);
        return element;
    }

    /// <summary>Reads the configuration of an <c>oci</c> element.</summary>
    public static OciConfiguration Configure(string config, params Element[] dependencies) =>
        Configure("image.bst", config, [.. dependencies.Select(dependency => Edge(dependency, isBuild: true))]);

    private static OciConfiguration Configure(string name, string config, ImmutableArray<Dependency> dependencies) => (OciConfiguration)new OciKind().Configure(new ElementDraft
    {
        Project = Project,
        Name = name,
        FullName = name,
        Provenance = new Provenance(File, 1, 1),
        Config = YamlReader.Read(File, config),
        Dependencies = dependencies,
        SourceCount = 0,
        Variable = _ => null,
    });

    /// <summary>What a kind is given to build the element; there is no sandbox.</summary>
    public ElementBuild BuildOf(Element element) => new()
    {
        Element = element,
        Trees = Trees,
        Sandbox = null!,
        Integrated = null!,
        Sources = TreeStore.Empty.Hash,
        Staged = new StagedArtifacts(Trees.Content, _artifacts),
        Log = Log,
    };

    /// <summary>A cache of layers beside the store.</summary>
    public MetadataStore OpenMetadata() => MetadataStore.Open(Path.Combine(_fixture.NewDirectory(), "metadata.db"), LayerTable.Schema);

    public Digest ArtifactOf(Element element) => _artifacts[element].Files!.Value.Hash;

    private async Task AddAsync(Element element, Digest files)
    {
        await using var batch = Trees.Content.BeginBatch();
        var empty = batch.Add("{}"u8);
        var publicData = batch.Add(KeyValue.Of(element.Public).ToJson());
        await batch.CommitAsync(Token);
        _artifacts.Add(element, new Artifact
        {
            IsSuccess = true,
            StrongKey = element.Keys.Strict,
            StrictKey = element.Keys.Strict,
            WeakKey = element.Keys.Weak,
            Files = Trees.Measure(files),
            PublicData = publicData,
            SharedMetadata = empty,
            OwnMetadata = empty,
        });
    }

    public string[] Text(Digest tree) => _fixture.Text(tree);

    public Task<Digest> TreeAsync(params string[] entries) => _fixture.Tree(entries);

    /// <summary>The filesystem that an image's layers make.</summary>
    public async Task<string[]> FileSystemAsync(Manifest manifest) =>
        Text(await Trees.ApplyLayersAsync(manifest.Layers.Select(layer => layer.Digest), Token));

    /// <summary>Entries of a layer as <c>MODE OWNER:GROUP PATH</c>; all of them, or those of these paths.</summary>
    public async Task<string[]> EntriesAsync(Layer layer, params string[] paths)
    {
        using var content = Trees.Content.OpenRequired(layer.Blob.Digest);
        await using var reader = new TarReader(new GZipStream(content.AsStream(), CompressionMode.Decompress));
        var entries = new List<string>();
        while (await reader.GetNextEntryAsync(copyData: false, Token) is { } entry)
        {
            if (paths.Length == 0 || paths.Contains(entry.Name))
                entries.Add($"{Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid} {entry.Name}");
        }
        return [.. entries];
    }

    /// <summary>A table of files, as an image in <c>bistro.yaml</c> has it.</summary>
    public static ImmutableArray<FileRule> Rules(string files) => FileRuleReader.Read(YamlReader.Read(File, $"files: {files}").Sequence("files"));

    public T Read<T>(Digest content, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(Trees.Content.ReadAll(content), type)!;

    public void Dispose() => _fixture.Dispose();

    private static Dependency Edge(Element element, bool isBuild) => new(element, isBuild, !isBuild, false, element.Name, []);

    private static Element Create(string name, string publicData, IElementKind kind, IElementConfiguration configuration, ImmutableArray<Dependency> dependencies) => new()
    {
        Project = Project,
        Name = name,
        FullName = name,
        Provenance = new Provenance(File, 1, 1),
        Description = "",
        Kind = kind,
        Configuration = configuration,
        Sources = [],
        Dependencies = dependencies,
        Variables = VariableSet.Empty,
        Environment = [KeyValuePair.Create("SOURCE_DATE_EPOCH", "1321009871")],
        EnvironmentNoCache = [],
        Config = YamlReader.Read(File, "{}"),
        Public = YamlReader.Read(File, publicData),
        Sandbox = new SandboxDeclaration { BuildArchitecture = "x86-64", BuildOs = "linux", Key = KeyValue.Null },
        Keys = new ElementKeys(Digest.Of([]).Hex, Digest.Of(Encoding.UTF8.GetBytes(name)).Hex),
    };

    private sealed record NothingToBuild : IElementConfiguration
    {
        public KeyValue UniqueKey => KeyValue.Null;
    }
}
