using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Bistro.Builder.Sources.Apt;

/// <summary>A suite of a Debian archive for one architecture: what packages are chosen from. Its updates are suites of their own.</summary>
internal sealed partial record AptSuite
{
    /// <summary>The archive's address, as in apt's <c>URIs</c>.</summary>
    public required string Url { get; init; }

    /// <summary>The file with the keys that the suite may be signed with.</summary>
    public required string Keyring { get; init; }

    /// <summary><c>bookworm</c></summary>
    public required string Name { get; init; }

    /// <summary>By Debian's name: <c>amd64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary><c>main</c>, …</summary>
    public required ImmutableArray<string> Components { get; init; }

    /// <summary>
    /// Whether a text may stand in apt's files and command lines as a suite, component, architecture or package name. It can be
    /// no option, no second line and no path out of a directory.
    /// </summary>
    public static bool IsName(string text) => NamePattern().IsMatch(text);

    /// <summary>Whether it may stand there as a version.</summary>
    public static bool IsVersion(string text) => VersionPattern().IsMatch(text);

    /// <summary>Whether it may stand there as an archive's address.</summary>
    public static bool IsUrl(string text) => UrlPattern().IsMatch(text);

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9+._-]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[a-zA-Z][a-zA-Z+]*:[^\s\[\]""#]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex UrlPattern();

    [GeneratedRegex(@"\A[a-zA-Z0-9.+~:_-]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex VersionPattern();
}
