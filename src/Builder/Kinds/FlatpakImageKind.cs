using System.Collections.Immutable;
using Bistro.Builder.Builds;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Kinds;

/// <summary><c>flatpak_image</c>: the tree that <c>flatpak build-export</c> takes: <c>files</c>, <c>export</c> and <c>metadata</c>.</summary>
public sealed class FlatpakImageKind() : ElementKind("flatpak_image", KindPackage.Community)
{
    public override ElementTraits Traits { get; } = new()
    {
        StrictRebuild = true,
        ForbidsRuntimeDependencies = true,
        ForbidsSources = true,
        ReadsDependencyConfig = true,
    };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        var config = element.Config;
        config.ExpectKeys("directory", "include", "exclude", "component-ids", "metadata");
        var metadata = config.Mapping("metadata");
        if (!metadata.Contains("Application") && !metadata.Contains("Runtime"))
            throw new LoadException(
                LoadErrorReason.InvalidData, metadata.Provenance,
                "Either an 'Application' or a 'Runtime' section must be present in 'metadata'.");
        return new FlatpakImageConfiguration
        {
            Directory = config.Text("directory"),
            Choice = new DomainChoice(config.Texts("include"), config.Texts("exclude"), IncludeOrphans: true),
            ComponentIds = config.Texts("component-ids"),
            Metadata = [.. metadata.Members.Select(member => FlatpakSection.Read(metadata, member.Key))],
            Placed = [.. Placed(element)],
            Filtered = [.. Filtered(element)],
        };
    }

    private static IEnumerable<(string Location, Dependency Dependency)> Placed(ElementDraft element)
    {
        foreach (var (dependency, config) in element.BuildDependencies())
        {
            config?.ExpectKeys("location");
            if (config is not null)
                yield return (config.Text("location"), dependency);
        }
    }

    private static IEnumerable<Dependency> Filtered(ElementDraft element) =>
        element.BuildDependencies().Where(entry => entry.Config is null).Select(entry => entry.Dependency);
}

/// <summary>What a flatpak holds.</summary>
public sealed record FlatpakImageConfiguration : IBuildable
{
    /// <summary>The folder of the dependencies that becomes <c>files</c>.</summary>
    public required string Directory { get; init; }

    /// <summary>Which files of <see cref="Filtered"/> are staged.</summary>
    public required DomainChoice Choice { get; init; }

    /// <summary>AppStream components to compose metadata for.</summary>
    public required ImmutableArray<string> ComponentIds { get; init; }

    /// <summary>The sections of the file <c>metadata</c>, as composed.</summary>
    public required ImmutableArray<FlatpakSection> Metadata { get; init; }

    /// <summary>Dependencies that are staged whole at a path of their own.</summary>
    public required ImmutableArray<(string Location, Dependency Dependency)> Placed { get; init; }

    /// <summary>Dependencies that are staged by <see cref="Choice"/>.</summary>
    public required ImmutableArray<Dependency> Filtered { get; init; }

    public bool IsApplication => Has("Application");

    /// <summary>Whether it is a runtime of its own, and no extension of one.</summary>
    public bool IsRuntime => !IsApplication && Has("Runtime") && !Has("ExtensionOf");

    /// <summary>The file <c>metadata</c>: a key file whose section <c>DEFAULT</c> stands first.</summary>
    public string MetadataText => string.Concat(Metadata.OrderBy(section => section.Name != "DEFAULT").Select(section => section.Text));

    public KeyValue UniqueKey
    {
        get
        {
            var key = new KeyMembers()
                .Add("directory", Directory)
                .Add("exclude", DomainChoice.Sorted(Choice.Exclude))
                .Add("include", DomainChoice.Sorted(Choice.Include))
                .Add("metadata", KeyMembers.Of(Metadata, section => section.Name, section => KeyMembers.OfTexts(section.Values)))
                .Add("version", 4);
            if (!ComponentIds.IsEmpty)
                key.Add("component-ids", KeyValue.Of(ComponentIds));
            return key.ToKey();
        }
    }

    public Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken) =>
        new FlatpakAssembly(build, this).AssembleAsync(cancellationToken);

    private bool Has(string section) => Metadata.Any(candidate => candidate.Name == section);
}

/// <summary>A section of a flatpak's <c>metadata</c>: a key file.</summary>
public sealed record FlatpakSection(string Name, ImmutableArray<KeyValuePair<string, string>> Values)
{
    /// <summary>As it stands in the file; further lines of a value are indented.</summary>
    public string Text =>
        $"[{Name}]\n{string.Concat(Values.Select(value => $"{value.Key} = {value.Value.Replace("\n", "\n\t", StringComparison.Ordinal)}\n"))}\n";

    public static FlatpakSection Read(MappingNode metadata, string name) => new(name, metadata.Mapping(name).TextMembers());
}
