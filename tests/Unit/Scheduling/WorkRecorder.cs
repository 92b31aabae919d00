using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Builder.Artifacts;
using Bistro.Builder.Scheduling;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Scheduling;

/// <summary>Elements that are built by whatever a test says, in memory, with a record of what was done.</summary>
internal sealed class WorkRecorder : IElementWork
{
    private readonly ConcurrentDictionary<string, Artifact> _artifacts = new();
    private readonly ConcurrentQueue<string> _built = new();

    /// <summary>What building an element does; nothing unless a test says.</summary>
    public Func<Element, CancellationToken, Task> Build { get; set; } = (_, _) => Task.CompletedTask;

    public Func<Element, Task> Fetch { get; set; } = _ => Task.CompletedTask;

    /// <summary>The names of elements in the order in which building them began.</summary>
    public string[] Built => [.. _built];

    public static Element Element(
        string name, ImmutableArray<Element> build = default, ImmutableArray<Element> run = default, IElementConfiguration? configuration = null)
    {
        var file = new SourceFile(name, null);
        return new Element
        {
            Project = new() { Name = "test", Directory = "/", JunctionPath = "", Files = null! },
            Name = name,
            FullName = name,
            Provenance = new Provenance(file, 1, 1),
            Description = "",
            Kind = null!,
            Configuration = configuration!,
            Sources = [],
            Dependencies =
            [
                .. (build.IsDefault ? [] : build).Select(element => new Dependency(element, true, false, false, element.Name, [])),
                .. (run.IsDefault ? [] : run).Select(element => new Dependency(element, false, true, false, element.Name, [])),
            ],
            Variables = VariableSet.Empty,
            Environment = [],
            EnvironmentNoCache = [],
            Config = MappingNode.Empty,
            Public = MappingNode.Empty,
            Sandbox = new SandboxDeclaration { BuildArchitecture = "x86-64", BuildOs = "linux", Key = KeyValue.Null },
            Keys = new ElementKeys(Key(name), Key(name)),
        };
    }

    /// <summary>As if the element had been built before.</summary>
    public void Keep(Element element) => _artifacts[element.Name] = NewArtifact(element);

    public void Evict(Element element) => _artifacts.TryRemove(element.Name, out _);

    public Artifact? Find(Element element) => _artifacts.GetValueOrDefault(element.Name);

    public ValueTask<IDisposable> LockAsync(Element element, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IDisposable>(new MemoryStream());

    public async Task<Digest> FetchAsync(Element element, CancellationToken cancellationToken)
    {
        await Fetch(element);
        return TreeStore.Empty.Hash;
    }

    public async Task<Artifact> AssembleAsync(Element element, Digest staged, CancellationToken cancellationToken)
    {
        _built.Enqueue(element.Name);
        await Build(element, cancellationToken);
        return _artifacts[element.Name] = NewArtifact(element);
    }

    private static string Key(string name) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(name)).Hex;

    private static Artifact NewArtifact(Element element) => new()
    {
        IsSuccess = true,
        StrongKey = element.Keys.Strict,
        StrictKey = element.Keys.Strict,
        WeakKey = element.Keys.Weak,
        PublicData = TreeStore.Empty,
        SharedMetadata = TreeStore.Empty,
        OwnMetadata = TreeStore.Empty,
        Files = TreeStore.Empty,
    };
}
