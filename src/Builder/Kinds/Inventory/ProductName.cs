using System.Text.RegularExpressions;
using Bistro.Model.Sources;

namespace Bistro.Builder.Kinds.Inventory;

/// <summary>What a source is probably called by those who make it.</summary>
internal static partial class ProductName
{
    /// <summary>The name of what the source brings, or null.</summary>
    public static string? Guess(SourceInfo info) => Guess(
        info.Kind, info.Medium, info.Url, info.ExtraData.FirstOrDefault(data => data.Key == "crate-name").Value);

    public static string? Guess(string kind, string medium, string url, string? crate)
    {
        if (crate is not null)
            return crate;
        var name = url.TrimEnd('/');
        name = name[(name.LastIndexOfAny(['/', ':']) + 1)..];
        return medium switch
        {
            "git" => name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name,
            "remote-file" => BeforeVersion().Match(BeforeExtension().Match(name).Value).Value,
            "local" when kind is "patch" or "patch_queue" => null,
            _ => name,
        };
    }

    [GeneratedRegex(@"^.*?(?=\.tar|\.tgz|\.tbz|\.zip|\.crate|$)", RegexOptions.CultureInvariant)]
    private static partial Regex BeforeExtension();

    [GeneratedRegex(@"^.*?(?=[-_]\d|$)", RegexOptions.CultureInvariant)]
    private static partial Regex BeforeVersion();
}
