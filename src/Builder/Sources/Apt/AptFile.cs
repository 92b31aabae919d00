using System.Text.RegularExpressions;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources.Apt;

/// <summary>A file that apt would download, as <c>apt-get --print-uris</c> names it.</summary>
/// <param name="Name"><c>zlib1g_1%3a1.2.13_amd64.deb</c>, <c>hello_2.10.orig.tar.gz</c></param>
/// <param name="Digest">Its SHA-256, from the signed lists.</param>
internal sealed partial record AptFile(string Name, Digest Digest)
{
    /// <summary>Reads lines of the form <c>'URL' NAME SIZE SHA256:HEX</c>.</summary>
    public static IEnumerable<AptFile> Parse(string output)
    {
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            if (words.Length == 4 && words[3].StartsWith("SHA256:", StringComparison.Ordinal) && Digest.TryParseHex(words[3].AsSpan(7), out var digest))
                yield return new AptFile(words[1], digest);
        }
    }

    /// <summary>The pin of a binary package's file; null when it is none.</summary>
    public AptPin? AsPackage() => Name.EndsWith(".deb", StringComparison.Ordinal) && Name.Split('_') is [var package, var version, _]
        ? new AptPin(package, Uri.UnescapeDataString(version), Digest)
        : null;

    /// <summary>
    /// The pin of a source package's main tarball: upstream's, or the package's own if it has no upstream. Null for the other
    /// files of a source package.
    /// </summary>
    public AptPin? AsTarball() => Tarball().Match(Name) is { Success: true } match
        ? new AptPin(match.Groups["package"].Value, Uri.UnescapeDataString(match.Groups["version"].Value), Digest)
        : null;

    // dsc(5): NAME_VERSION.orig.tar.EXT beside NAME_VERSION.orig-PART.tar.EXT and NAME_VERSION.debian.tar.EXT, or NAME_VERSION.tar.EXT.
    [GeneratedRegex(@"\A(?<package>[^_]+)_(?<version>(?!.*\.(orig-.*|debian)\.tar).+?)(\.orig)?\.tar\.[a-z0-9]+\z")]
    private static partial Regex Tarball();
}
