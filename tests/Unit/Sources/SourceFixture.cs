using Bistro.Builder.Processes;
using Bistro.Builder.Sources;
using Bistro.Builder.Sources.Kinds;
using Bistro.Model.Content;
using Bistro.Model.Errors;
using Bistro.Model.Projects;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;
using Bistro.Unit.Trees;

namespace Bistro.Unit.Sources;

/// <summary>Stages and tracks real sources, written as they are in an element, into a real store.</summary>
public sealed class SourceFixture : IDisposable
{
    private readonly TreeFixture _trees = new();
#pragma warning disable RS0030 // The test's own composition root.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
#pragma warning restore RS0030
    private readonly string _mirrors;

    public SourceFixture()
    {
        _mirrors = _trees.NewDirectory();
        ProjectDirectory = _trees.NewDirectory();
    }

    /// <summary>The folder of the sources' project.</summary>
    public string ProjectDirectory { get; }

    public TreeFixture Trees => _trees;

    /// <summary>What the sources wrote to the log.</summary>
    public MemoryStream Log { get; } = new();

    /// <summary>What the sources before staged.</summary>
    public Digest Previous { get; set; } = Bistro.Builder.Trees.TreeStore.Empty.Hash;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public string NewDirectory() => _trees.NewDirectory();

    /// <summary>Configures a source; <paramref name="yaml"/> holds its members with <c>kind</c>.</summary>
    public static Source Configure(string yaml, string projectDirectory = "/nowhere")
    {
        var written = YamlReader.Read(new SourceFile("elements/test.bst", null), yaml);
        var kind = SourceKinds.All.First(kind => kind.Name == written.Text("kind"));
        var draft = new SourceDraft
        {
            Project = new Project
            {
                Name = "test",
                Directory = projectDirectory,
                JunctionPath = "",
                Files = new ProjectFiles([new FileLayer("", projectDirectory)], new FileCache()),
            },
            ElementName = "test.bst",
            Index = 0,
            Members = written.Without("kind", "directory"),
            TranslateUrl = url => url.Value,
            Written = written,
        };
        return new Source(kind, kind.Configure(draft), written.OptionalText("directory"), 0, draft);
    }

    public Task<Digest> StageAsync(string yaml) => StageAsync(Configure(yaml, ProjectDirectory));

    public Task<Digest> StageAsync(Source source) => ((IFetchable)source.Configuration).StageAsync(Staging(source), Token);

    public Task<MappingNode?> TrackAsync(string yaml)
    {
        var source = Configure(yaml, ProjectDirectory);
        return ((IFetchable)source.Configuration).TrackAsync(Staging(source), Token);
    }

    /// <summary>The staged tree in the notation of <see cref="TreeFixture"/>.</summary>
    public async Task<string[]> TextAsync(string yaml) => _trees.Text(await StageAsync(yaml));

    public void Dispose()
    {
        _http.Dispose();
        _trees.Dispose();
    }

    private SourceStaging Staging(Source source)
    {
        var mirrors = Path.Combine(_mirrors, source.Kind.Name);
        Directory.CreateDirectory(mirrors);
        return new SourceStaging
        {
            Source = source,
            Trees = _trees.Trees,
            MirrorDirectory = mirrors,
            ScratchDirectory = _trees.NewDirectory(),
            Tools = new ToolRunner(TimeProvider.System),
            Downloads = new Downloader(_http, TimeProvider.System),
            Previous = Previous,
            Log = Log,
        };
    }
}
