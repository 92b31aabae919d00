using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Git;

/// <summary>A git ref: a commit, perhaps with the tag that it is described by (<c>TAG-N-gSHA</c>, as <c>git describe</c> prints).</summary>
/// <param name="Commit">The commit's hash, 40 hex digits.</param>
/// <param name="Tag">The nearest tag, or null.</param>
/// <param name="Offset">How many commits lie after the tag, as written; null without a tag.</param>
public sealed partial record GitRef(string Commit, string? Tag, string? Offset)
{
    /// <summary>The extra data that <c>source-info</c> reports.</summary>
    public ImmutableArray<KeyValuePair<string, string>> ExtraData => Tag is null ? [] : [new("tag-name", Tag), .. OffsetData];

    /// <summary>The same without the tag's name, as the older kinds report it.</summary>
    public ImmutableArray<KeyValuePair<string, string>> OffsetData => Offset is null ? [] : [new("commit-offset", Offset)];

    /// <summary>Reads the beginning of the text, as BuildStream does; null when it has neither form.</summary>
    public static GitRef? TryParse(string text)
    {
        var match = Form().Match(text);
        return match.Success
            ? new GitRef(match.Groups["commit"].Value, Value(match.Groups["tag"]), Value(match.Groups["offset"]))
            : null;
    }

    /// <summary>Reads the text. A text of neither form counts as a commit, for kinds that do not check their refs.</summary>
    public static GitRef Parse(string text) => TryParse(text) ?? new GitRef(text, null, null);

    /// <summary>The source info of this commit, without <see cref="ExtraData"/>, which differs between kinds.</summary>
    public SourceInfo Info(string kind, string url, VersionHint version) => new()
    {
        Kind = kind,
        Url = url,
        Medium = "git",
        VersionType = "commit",
        Version = Commit,
        VersionGuess = version.Guess(Tag),
    };

    private static string? Value(Group group) => group.Success ? group.Value : null;

    [GeneratedRegex("^(?:(?<tag>.*)-(?<offset>[0-9]+)-g)?(?<commit>[0-9a-f]{40})", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
