using Bistro.Builder.Builds;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Kinds.Inventory;

/// <summary>The sources of all dependencies of an element, in two lists: modules and source infos. Elements that depend on it reuse both.</summary>
/// <param name="Modules">Entries of <c>cpe-manifest</c>.</param>
/// <param name="Infos">Entries of <c>source-info-manifest</c>.</param>
internal sealed record SourceInventory(IReadOnlyList<KeyValue> Modules, IReadOnlyList<KeyValue> Infos)
{
    private const string Modular = "cpe-manifest";
    private const string Informed = "source-info-manifest";
    private const string Note = "This is a generated manifest from buildstream files and not usable by flatpak-builder";

    /// <summary>The manifest as it stands in a file.</summary>
    public KeyValue Manifest => KeyValue.Of(("//NOTE", Note), ("modules", KeyValue.Of(Modules)));

    /// <summary>Collects each element once, what it needs to run before it.</summary>
    /// <param name="build">Whose build dependencies are collected.</param>
    /// <param name="withProvenance">Whether source infos hold the provenance of sources.</param>
    public static SourceInventory Of(ElementBuild build, bool withProvenance)
    {
        List<KeyValue> modules = [], infos = [];
        foreach (var element in Closure.Build(build.Element))
        {
            if (build.Public(element).OptionalMapping(Modular) is { } collected)
            {
                modules.AddRange(collected.Sequence("modules").Items.Select(KeyValue.Of));
                if (build.Public(element).OptionalMapping(Informed) is { } informed)
                    infos.AddRange(informed.Sequence("element-infos").Items.Select(KeyValue.Of));
                else
                    build.Say($"warning: {element.FullName} has a manifest without source infos (legacy-manifest)");
                continue;
            }
            modules.Add(InventoryModule.Of(build, element));
            infos.Add(KeyValue.Of(
                ("name", element.NormalName),
                ("project-name", element.Project.Name),
                ("source-infos", KeyValue.Of(element.Sources.SelectMany(source => InfosOf(source, withProvenance))))));
        }
        return new SourceInventory(modules, infos);
    }

    /// <summary>The public data with both lists.</summary>
    public MappingNode AddTo(MappingNode data) => data
        .With(Modular, ToNode(Manifest))
        .With(Informed, ToNode(KeyValue.Of(("element-infos", KeyValue.Of(Infos)))));

    private static IEnumerable<KeyValue> InfosOf(Source source, bool withProvenance) =>
        source.Configuration.Info.Select(info => Info(info, withProvenance ? info.Provenance ?? source.Draft.Attributes : null));

    /// <summary>As BuildStream prints a source info.</summary>
    private static KeyValue Info(SourceInfo info, MappingNode? provenance)
    {
        var members = new KeyMembers()
            .Add("kind", info.Kind)
            .Add("url", info.Url)
            .AddIfPresent("homepage", provenance?.OptionalText("homepage"))
            .AddIfPresent("issue-tracker", provenance?.OptionalText("issue-tracker"));
        if (provenance is not null)
            members.Add("provenance", KeyValue.Of(provenance));
        members
            .Add("medium", info.Medium)
            .Add("version-type", info.VersionType)
            .Add("version", info.Version)
            .AddIfPresent("version-guess", info.VersionGuess);
        if (!info.ExtraData.IsEmpty)
            members.Add("extra-data", KeyMembers.OfTexts(info.ExtraData));
        return members.ToKey();
    }

    private static Node ToNode(KeyValue value) => value switch
    {
        KeyValue.Text { Value: var text } => new ScalarNode(text, Provenance.None),
        KeyValue.List { Items: var items } => new SequenceNode([.. items.Select(ToNode)], Provenance.None),
        KeyValue.Map { Members: var members } => new MappingNode(
            [.. members.Select(member => new Member(member.Key, ToNode(member.Value), Provenance.None))], Provenance.None),
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };
}
