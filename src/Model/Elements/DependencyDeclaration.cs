using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>A dependency as written in an element, all entries for one path merged.</summary>
internal sealed record DependencyDeclaration
{
    private static readonly string[] Members = ["filename", "junction", "strict", "config"];

    /// <summary>The path of its junction, or null.</summary>
    public required string? Junction { get; init; }

    /// <summary>The element's name in its project.</summary>
    public required string Name { get; init; }

    public required bool IsBuild { get; init; }

    public required bool IsRuntime { get; init; }

    public required bool IsStrict { get; init; }

    /// <summary>Each <c>config</c> that is written for it, in order.</summary>
    public required ImmutableArray<MappingNode> Configs { get; init; }

    /// <summary>The place of the first entry.</summary>
    public required Provenance Provenance { get; init; }

    public string Path => Junction is null ? Name : $"{Junction}:{Name}";

    /// <summary>The dependencies of an element, in order: <c>build-depends</c>, <c>runtime-depends</c>, <c>depends</c>.</summary>
    /// <exception cref="LoadException">One is written wrongly.</exception>
    public static ImmutableArray<DependencyDeclaration> Read(MappingNode element)
    {
        var dependencies = new OrderedDictionary<(string? Junction, string Name), DependencyDeclaration>();
        Add(element.OptionalSequence("build-depends"), (IsBuild: true, IsRuntime: false));
        Add(element.OptionalSequence("runtime-depends"), (IsBuild: false, IsRuntime: true));
        Add(element.OptionalSequence("depends"), null);
        return [.. dependencies.Values];

        void Add(SequenceNode? list, (bool IsBuild, bool IsRuntime)? type)
        {
            foreach (var entry in list?.Items ?? [])
                foreach (var dependency in ReadEntry(entry, type))
                {
                    var path = (dependency.Junction, dependency.Name);
                    dependencies[path] = dependencies.TryGetValue(path, out var first) ? first.Merge(dependency) : dependency;
                }
        }
    }

    /// <summary>Merges both into one dependency.</summary>
    public DependencyDeclaration Merge(DependencyDeclaration other) => this with
    {
        IsBuild = IsBuild || other.IsBuild,
        IsRuntime = IsRuntime || other.IsRuntime,
        IsStrict = IsStrict || other.IsStrict,
        Configs = Configs.AddRange(other.Configs),
    };

    private static DependencyDeclaration[] ReadEntry(Node entry, (bool IsBuild, bool IsRuntime)? type) => entry switch
    {
        ScalarNode path => [Create(path, null, path, type ?? (true, true), false, [])],
        MappingNode mapping => ReadMapping(mapping, type),
        _ => throw Wrong(entry, "Dependency is not specified as a string or a dictionary"),
    };

    private static DependencyDeclaration[] ReadMapping(MappingNode entry, (bool IsBuild, bool IsRuntime)? type)
    {
        // As BuildStream does: the names first, and nothing is asked of an entry that names nothing.
        var names = entry["filename"] switch
        {
            null => throw Wrong(entry, "Dictionary did not contain expected key 'filename'"),
            ScalarNode name => [name],
            SequenceNode list => list.Items.Select(item =>
                item as ScalarNode ?? throw Wrong(item, "Expected string while parsing the filename list")).ToArray(),
            var other => throw Wrong(other, "Value of 'filename' is not one of the following: list, scalar"),
        };
        if (names.Length == 0)
            return [];
        if (type is null)
            entry.ExpectKeys([.. Members, "type"]);
        else
            entry.ExpectKeys(Members);
        var (isBuild, isRuntime) = type ?? ReadType(entry);
        var isStrict = entry.Bool("strict", false);
        var config = entry.OptionalMapping("config");
        if (config is { Members.IsEmpty: false } && !isBuild)
            throw Wrong(config, "Specifying 'config' for a runtime dependency is not allowed");
        if (!isStrict && entry["strict"] is { } strict)
            throw Wrong(strict, "Setting 'strict' to False is unsupported");
        if (isStrict && !isBuild)
            throw Wrong(entry, "A runtime dependency is specified as 'strict', but only build dependencies can be strict");

        var junction = entry.OptionalText("junction");
        ImmutableArray<MappingNode> configs = config is { Members.IsEmpty: false } ? [config] : [];
        return names.Select(name => Create(name, junction, entry, (isBuild, isRuntime), isStrict, configs)).ToArray();
    }

    private static (bool IsBuild, bool IsRuntime) ReadType(MappingNode entry) => entry.Scalar("type") switch
    {
        null or { Value: "all" } => (true, true),
        { Value: "build" } => (true, false),
        { Value: "runtime" } => (false, true),
        var type => throw Wrong(type, $"Dependency type '{type.Value}' is not 'build', 'runtime' or 'all'"),
    };

    private static DependencyDeclaration Create(
        ScalarNode path, string? junction, Node entry, (bool IsBuild, bool IsRuntime) type, bool isStrict, ImmutableArray<MappingNode> configs)
    {
        var colon = path.Value.LastIndexOf(':');
        if (junction is not null && colon >= 0)
            throw Wrong(path, $"Dependency '{path.Value}' contains ':', which is not allowed where 'junction' is specified");
        return new DependencyDeclaration
        {
            Junction = colon < 0 ? junction : path.Value[..colon],
            Name = path.Value[(colon + 1)..],
            IsBuild = type.IsBuild,
            IsRuntime = type.IsRuntime,
            IsStrict = isStrict,
            Configs = configs,
            Provenance = entry.Provenance,
        };
    }

    private static LoadException Wrong(Node node, string message) => new(LoadErrorReason.InvalidData, node.Provenance, message);
}
