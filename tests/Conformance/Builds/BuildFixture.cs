using System.Collections.Immutable;
using System.Text;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Kinds;
using Bistro.Builder.Scheduling;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Loading;
using Bistro.Model.Projects;
using Bistro.Registry.Server;

namespace Bistro.Conformance.Builds;

/// <summary>An open store with its build services.</summary>
public sealed class StoreInUse : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly OpenStore _store;

    public StoreInUse(string location, SchedulerOptions options)
    {
        _store = new OpenStore(location);
        Builds = new BuildServices(_store, _http, options, errorLines: 20, TimeProvider.System);
    }

    public ContentStore Content => _store.Content;

    public BuildServices Builds { get; }

    public async ValueTask DisposeAsync()
    {
        await Builds.DisposeAsync();
        await _store.DisposeAsync();
        _http.Dispose();
    }
}

/// <summary>
/// A project of its own and a store of its own. The project has <c>base.bst</c>, a busybox with which shell commands run;
/// a test adds its elements and builds them.
/// </summary>
public sealed class BuildFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-build-");
    private StoreInUse _open;

    public BuildFixture(SchedulerOptions? options = null)
    {
        Busybox.SkipWithoutSandbox();
        Write("project.conf", """
            name: test
            min-version: 2.0
            element-path: elements
            plugins:
            - origin: junction
              junction: plugins.bst
              elements: [autotools, make]
            """);
        Write("elements/base.bst", """
            kind: import
            sources:
            - kind: local
              path: base
            """);
        Busybox.WriteTo(Path.Combine(Project, "base/bin"));
        _open = new StoreInUse(Store, options ?? new SchedulerOptions { Builders = 2 });
    }

    public BuildServices Builds => _open.Builds;

    /// <summary>Whether what is loaded from now on must be built on exactly the dependencies that it has then.</summary>
    public bool IsStrict { get; set; } = true;

    public string Project => Path.Combine(_directory.FullName, "project");

    public string Store => Path.Combine(_directory.FullName, "store");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Writes a file of the project.</summary>
    public void Write(string path, string text)
    {
        var file = Path.Combine(Project, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Element(string name, string text) => Write($"elements/{name}", text);

    /// <summary>An import element of these files.</summary>
    public void Files(string name, string folder, params ReadOnlySpan<(string Path, string Text)> files)
    {
        foreach (var (path, text) in files)
            Write($"{folder}/{path}", text);
        Element(name, $"kind: import\nsources:\n- kind: local\n  path: {folder}\n");
    }

    public async Task<Element> LoadAsync(string name) => (await LoadAllAsync(name))[0];

    public async Task<ImmutableArray<Element>> LoadAllAsync(params string[] names)
    {
        var kinds = new KindCatalog(ElementKinds.All, SourceKinds.All, SourceMirrorKinds.All);
        var loader = new ProjectLoader(new LoadRequest { Directory = Project, IsStrict = IsStrict }, kinds);
        return (await loader.LoadAsync(names, Token)).Targets;
    }

    /// <summary>Builds an element and returns what its artifact holds.</summary>
    public async Task<string[]> BuildAsync(string name)
    {
        var artifact = await Builds.Scheduler.BuildAsync(await LoadAsync(name), Token);
        return Text(artifact.Files!.Value.Hash);
    }

    /// <summary>What the store has of elements now.</summary>
    public StoreSnapshot View() => new(Builds.Artifacts);

    /// <summary>A tree as lines: <c>/bin/tool* = text</c> (executable), <c>/etc/motd = text</c>, <c>/bin -> usr/bin</c>, <c>/empty/</c>.</summary>
    public string[] Text(Digest tree) => [.. Builds.Trees.Walk(tree).Select(Text).OfType<string>()];

    /// <summary>Every log of an element, the oldest first.</summary>
    public string[] Logs(string name)
    {
        var folder = Path.Combine(Store, "logs/test", name.Replace(".bst", ""));
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllText)] : [];
    }

    /// <summary>Closes the store and opens it again, as a new process would.</summary>
    public async Task ReopenAsync(SchedulerOptions options)
    {
        await _open.DisposeAsync();
        _open = new StoreInUse(Store, options);
    }

    /// <summary>Opens the store a second time, as another process would.</summary>
    public StoreInUse OpenAgain() => new(Store, new SchedulerOptions());

    public async ValueTask DisposeAsync()
    {
        await _open.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private string? Text(TreeEntry entry) => entry.Node switch
    {
        FileNode { Content.Size: > 100_000 } => $"{entry.Path} is large",
        FileNode file => $"{entry.Path}{(file.IsExecutable ? "*" : "")} = {Encoding.UTF8.GetString(_open.Content.ReadAll(file.Content.Hash)).TrimEnd('\n')}",
        LinkNode link => $"{entry.Path} -> {link.Target}",
        DirectoryNode directory when directory.Tree == TreeStore.Empty => $"{entry.Path}/",
        _ => null,
    };
}
