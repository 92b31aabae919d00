using System.Collections.Immutable;
using System.Globalization;
using Bistro.Model.Keys;
using Bistro.Model.Python;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Kinds.Inventory;

/// <summary>What an SPDX document says of itself (<c>spdx-info</c>). What is null was not written.</summary>
/// <param name="Creators"><c>Tool: …</c>, <c>Organization: …</c>.</param>
/// <param name="Created">Seconds since 1970.</param>
public sealed record SpdxDocument(
    ImmutableArray<string>? Creators, string? DataLicense, long? Created, string? Namespace, string? Name)
{
    private const string DocumentId = "SPDXRef-DOCUMENT";

    public KeyValue Key => KeyValue.Of(
    [
        Creators is { } creators ? KeyValue.Of(creators) : KeyValue.Null,
        DataLicense,
        Created is { } created ? created : KeyValue.Null,
        Namespace,
        Name,
    ]);

    public static SpdxDocument Read(MappingNode node)
    {
        node.ExpectKeys("creators", "created", "data-license", "doc-namespace", "name");
        return new SpdxDocument(
            node.OptionalTexts("creators"), node.OptionalText("data-license"), node.OptionalLong("created"),
            node.OptionalText("doc-namespace"), node.OptionalText("name"));
    }

    /// <summary>The document: a package for each source (SPDX 2.3).</summary>
    /// <param name="infos">Entries of <c>source-info-manifest</c>.</param>
    public KeyValue Describe(IEnumerable<KeyValue> infos)
    {
        var packages = infos.SelectMany(Packages).OrderBy(package => package.Id, CodePointOrder.Instance).ToArray();
        var creation = new KeyMembers();
        if (Creators is { IsEmpty: false } creators)
            creation.Add("creators", KeyValue.Of(creators));
        if (Created is { } seconds and not 0)
            creation.Add("created", DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        return new KeyMembers()
            .Add("spdxVersion", "SPDX-2.3")
            .Add("SPDXID", DocumentId)
            .Add("creationInfo", creation.ToKey())
            .AddIfPresent("name", Given(Name))
            .AddIfPresent("dataLicense", Given(DataLicense))
            .AddIfPresent("documentNamespace", Given(Namespace))
            .Add("packages", KeyValue.Of(packages.Select(package => package.Description)))
            .Add("relationships", KeyValue.Of(packages.Select(package => KeyValue.Of(
                ("spdxElementId", DocumentId), ("relationshipType", "DESCRIBES"), ("relatedSpdxElement", package.Id)))))
            .ToKey();
    }

    private static IEnumerable<(string Id, KeyValue Description)> Packages(KeyValue element)
    {
        var name = Text(element, "name")!;
        var infos = Member(element, "source-infos") is KeyValue.List { Items: var items } ? items : [];
        for (var index = 0; index < infos.Length; index++)
        {
            var info = infos[index];
            var id = $"SPDXRef-{Text(element, "project-name")}-{name}-{index}";
            var (kind, url) = (Text(info, "kind")!, Text(info, "url")!);
            var crate = Member(info, "extra-data") is { } data ? Text(data, "crate-name") : null;
            yield return (id, KeyValue.Of(
                ("SPDXID", id),
                ("name", ProductName.Guess(kind, Text(info, "medium")!, url, crate) ?? name),
                ("downloadLocation", url),
                ("versionInfo", Text(info, "version-guess") ?? Text(info, "version")),
                ("sourceInfo", kind),
                ("filesAnalyzed", false)));
        }
    }

    private static KeyValue? Member(KeyValue map, string name) =>
        ((KeyValue.Map)map).Members.FirstOrDefault(member => member.Key == name).Value;

    private static string? Text(KeyValue map, string name) => (Member(map, name) as KeyValue.Text)?.Value;

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
