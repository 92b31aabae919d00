using System.Collections.Immutable;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Processes;
using Bistro.Builder.Sandbox;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Conformance.Sandbox;

/// <summary>A store of its own with a base in it.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    private DirectoryInfo _directory = null!;

    public ContentStore Content { get; private set; } = null!;

    public TreeStore Trees { get; private set; } = null!;

    public StagedRoots Roots { get; private set; } = null!;

    public BubblewrapSandbox Sandbox { get; private set; } = null!;

    /// <summary>The tree of the base.</summary>
    public Digest Base { get; private set; }

    public string Location => _directory.FullName;

    public async ValueTask InitializeAsync()
    {
        _directory = Directory.CreateTempSubdirectory("bistro-sandbox-");
        Content = ContentStore.Create(Path.Combine(Location, "store"));
        Trees = new TreeStore(Content);
        Roots = new StagedRoots(Trees, Content.Temporary, Path.Combine(Location, "store/roots"), limit: 1 << 30, TimeProvider.System);
        Sandbox = new BubblewrapSandbox(Trees, Roots, Content.Temporary, new ToolRunner(TimeProvider.System));
        Busybox.SkipWithoutSandbox();
        Busybox.WriteTo(Path.Combine(Location, "base/bin"));
        Base = await CaptureAsync(Path.Combine(Location, "base"));
    }

    public ValueTask DisposeAsync()
    {
        Trees.Dispose();
        Content.Dispose();
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A request to run shell text on the base, with a build root and an install root.</summary>
    public SandboxRequest Request(params ReadOnlySpan<string> commands) => new()
    {
        Trees = [new StagedTree("/", Base)],
        Commands = [.. commands.ToArray().Select(text => SandboxCommand.Shell(text) with { Label = "command" })],
        Environment = [KeyValuePair.Create("PATH", "/bin")],
        WorkingDirectory = "/build",
        WritableDirectories = ["/build", "/install"],
        Outputs = ["/install"],
    };

    /// <summary>Runs a request and returns what its commands printed, without the lines that name them.</summary>
    public async Task<(SandboxResult Result, string Log)> RunAsync(SandboxRequest request)
    {
        using var log = new MemoryStream();
        var result = await Sandbox.RunAsync(request with { Log = log }, TestContext.Current.CancellationToken);
        var lines = Encoding.UTF8.GetString(log.ToArray()).Split('\n').Where(line => !line.StartsWith("+ ", StringComparison.Ordinal));
        return (result, string.Join('\n', lines).Trim());
    }

    /// <summary>A tree of files, each given as path and text.</summary>
    public Task<Digest> TreeAsync(params (string Path, string Text)[] files)
    {
        var directory = Path.Combine(Location, $"tree-{Guid.NewGuid():N}");
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(directory, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        return CaptureAsync(directory);
    }

    /// <summary>The paths and texts of a tree's files.</summary>
    public ImmutableSortedDictionary<string, string> Files(Digest tree) => Trees.Walk(tree)
        .Where(entry => entry.Node is not DirectoryNode)
        .ToImmutableSortedDictionary(
            entry => entry.Path,
            entry => entry.Node is FileNode file ? Encoding.UTF8.GetString(Content.ReadAll(file.Content.Hash)) : $"-> {((LinkNode)entry.Node).Target}",
            StringComparer.Ordinal);

    /// <summary>The tree of a directory of the test.</summary>
    public Task<Digest> CaptureAsync(string directory) =>
        Trees.CaptureAsync(directory, CaptureOptions.Default, TestContext.Current.CancellationToken);
}
