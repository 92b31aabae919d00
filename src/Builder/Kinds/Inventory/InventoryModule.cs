using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Bistro.Builder.Builds;
using Bistro.Builder.Errors;
using Bistro.Model.Elements;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Kinds.Inventory;

/// <summary>
/// The entry of one element in a source inventory: its name, its name in lists of vulnerabilities (CPE), and its sources.
/// </summary>
internal static partial class InventoryModule
{
    private const string VersionMatch = "version-match";

    /// <summary>How long a project's expression may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <exception cref="BuildException">The element's <c>version-match</c> matches none of its sources.</exception>
    public static KeyValue Of(ElementBuild build, Element element) => KeyValue.Of(
        ("name", element.Name),
        ("x-cpe", Cpe(build, element)),
        ("sources", KeyValue.Of(Infos(element).Select(info => Source(build, info)).OfType<KeyValue>())));

    public static IEnumerable<SourceInfo> Infos(Element element) => element.Sources.SelectMany(source => source.Configuration.Info);

    private static KeyValue Cpe(ElementBuild build, Element element)
    {
        var declared = build.Public(element).OptionalMapping("cpe") ?? MappingNode.Empty;
        var cpe = new KeyMembers();
        foreach (var member in declared.Without(VersionMatch).Members)
            cpe.Add(member.Key, KeyValue.Of(member.Value));
        if (!declared.Contains("product"))
            cpe.Add("product", Path.GetFileNameWithoutExtension(element.Name));
        if (!declared.Contains("version") && Version(build, element, declared.OptionalText(VersionMatch)) is { } version)
            cpe.Add("version", version);
        return cpe.ToKey();
    }

    /// <summary>The first version that an expression finds in the sources' names and refs.</summary>
    private static string? Version(ElementBuild build, Element element, string? pattern)
    {
        var expression = pattern is null ? DefaultVersion() : new Regex(pattern, RegexOptions.CultureInvariant, Patience);
        foreach (var info in Infos(element))
        {
            var text = info.Medium == "git" ? Commit(info) : info.Medium == "remote-file" ? info.Url[(info.Url.LastIndexOf('/') + 1)..] : "";
            if (expression.Match(text) is { Success: true } match)
                return match.Groups.Count == 1 ? match.Value : string.Join('.', match.Groups.Values.Skip(1).Where(group => group.Success));
        }
        if (pattern is not null)
            throw new BuildException(
                build.Element.FullName, "assemble", $"{element.FullName}: the version-match '{pattern}' matches none of the sources.");
        build.Say($"{element.FullName} has no version.");
        return null;
    }

    private static KeyValue? Source(ElementBuild build, SourceInfo info)
    {
        var source = new KeyMembers();
        switch (info.Medium)
        {
            case "git":
                source.Add("type", "git").Add("url", info.Url).Add("commit", Commit(info));
                break;
            case "remote-file":
                source.Add("type", "archive").Add("url", info.Url).Add("sha256", info.Version);
                break;
            case "local":
                source.Add("type", info.Kind is "patch" or "patch_queue" ? "patch" : "dir").Add("path", info.Url);
                break;
            case "workspace":
                source.Add("type", "workspace");
                break;
            default:
                build.Say($"warning: sources of kind '{info.Kind}' are not in the manifest (unsupported-source-info)");
                return null;
        }
        var cpe = new KeyMembers().AddIfPresent("product", ProductName.Guess(info)).AddIfPresent("version", info.VersionGuess).ToKey();
        return (cpe is KeyValue.Map { Members.IsEmpty: true } ? source : source.Add("x-cpe", cpe)).ToKey();
    }

    /// <summary>As <c>git describe</c> names it, where the source reports that.</summary>
    private static string Commit(SourceInfo info)
    {
        var data = info.ExtraData.ToImmutableDictionary(StringComparer.Ordinal);
        return data.TryGetValue("tag-name", out var tag) && data.TryGetValue("commit-offset", out var offset)
            ? $"{tag}-{offset}-g{info.Version}"
            : info.Version;
    }

    [GeneratedRegex(@"\d+\.\d+(?:\.\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex DefaultVersion();
}
