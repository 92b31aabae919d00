using System.Text.RegularExpressions;

namespace Bistro.Builder.Sources.Apt;

/// <summary>An entry of a machine's <c>sources.list</c> (sources.list(5)) that binary packages come from.</summary>
/// <param name="Url">Where the archive is.</param>
/// <param name="Suites">Its suites.</param>
/// <param name="Components">Their components.</param>
/// <param name="Keyring">What it is signed by; null if apt may take any key that it trusts.</param>
internal sealed partial record AptEntry(string Url, IReadOnlyList<string> Suites, IReadOnlyList<string> Components, string? Keyring)
{
    private const string SignedBy = "signed-by=";

    /// <summary>Whether it is Debian's own archive, by its keyring or by its address; vendors use Debian's suite names too.</summary>
    public bool IsDebian =>
        Keyring?.Contains("debian-archive", StringComparison.Ordinal)
        ?? Url.TrimEnd('/').Split('/')[^1] is "debian" or "debian-security" or "debian-ports";

    /// <summary>Reads the one-line style: <c>deb [option=value …] URL SUITE COMPONENT…</c>.</summary>
    public static IEnumerable<AptEntry> ParseLines(string text)
    {
        foreach (Match entry in Line().Matches(text))
        {
            var keyring = Words(entry.Groups["options"].Value)
                .FirstOrDefault(option => option.StartsWith(SignedBy, StringComparison.Ordinal))?[SignedBy.Length..];
            yield return new AptEntry(entry.Groups["url"].Value, [entry.Groups["suite"].Value], Words(entry.Groups["components"].Value), keyring);
        }
    }

    /// <summary>Reads the style of <c>.sources</c> files: paragraphs of <c>Field: values</c>.</summary>
    public static IEnumerable<AptEntry> ParseStanzas(string text)
    {
        foreach (var stanza in Stanzas(text))
        {
            if (!stanza.GetValueOrDefault("types", []).Contains("deb") || stanza.GetValueOrDefault("enabled", []) is ["no" or "false"])
                continue;
            var suites = stanza.GetValueOrDefault("suites", []);
            var components = stanza.GetValueOrDefault("components", []);
            foreach (var url in stanza.GetValueOrDefault("uris", []))
                yield return new AptEntry(url, suites, components, stanza.GetValueOrDefault("signed-by", []).FirstOrDefault());
        }
    }

    private static IEnumerable<Dictionary<string, string[]>> Stanzas(string text)
    {
        Dictionary<string, string[]> stanza = new(StringComparer.OrdinalIgnoreCase);
        var field = "";
        foreach (var line in text.Split('\n').Append(""))
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                yield return stanza;
                stanza = new(StringComparer.OrdinalIgnoreCase);
            }
            else if (line[0] is ' ' or '\t')
            {
                stanza[field] = [.. stanza.GetValueOrDefault(field, []), .. Words(line)];
            }
            else if (line[0] != '#' && line.IndexOf(':') is var colon and > 0)
            {
                field = line[..colon];
                stanza[field] = Words(line[(colon + 1)..]);
            }
        }
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^[ \t]*deb[ \t]+(\[(?<options>[^\]\n]*)\][ \t]+)?(?<url>\S+)[ \t]+(?<suite>\S+)(?<components>[^#\n]*)", RegexOptions.Multiline)]
    private static partial Regex Line();
}
