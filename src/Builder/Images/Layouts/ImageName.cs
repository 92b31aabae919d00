using System.Text.RegularExpressions;
using Bistro.Model.Elements;

namespace Bistro.Builder.Images.Layouts;

/// <summary>The names under which clients load images from a file.</summary>
internal static partial class ImageName
{
    private const string DefaultTag = "latest";
    private const int MaxLength = 255;

    /// <summary>
    /// <c>localhost/freedesktop-sdk/hello:latest</c>: the project's name and the last component of the element's, in the characters
    /// that names of images may have.
    /// </summary>
    /// <param name="element">The element.</param>
    /// <param name="tag">The tag.</param>
    public static string Of(Element element, string tag = DefaultTag) =>
        $"localhost/{Component(element.Project.Name)}/{Component(System.IO.Path.GetFileNameWithoutExtension(element.Name))}:{tag}";

    /// <summary>A name as clients read it, with the tag that they add; null for one that they refuse (distribution/reference: Grammar).</summary>
    public static string? Normalize(string name)
    {
        if (name.Length > MaxLength)
            return null;
        // The first component is a host where it has a dot or a port, or is localhost; then it may have capital letters.
        var first = name[..Math.Max(0, name.IndexOf('/', StringComparison.Ordinal))];
        var isHost = first is "localhost" || first.AsSpan().ContainsAny('.', ':') || first.Any(char.IsAsciiLetterUpper);
        if ((isHost && !Host().IsMatch(first)) || !Path().IsMatch(isHost ? name[(first.Length + 1)..] : name))
            return null;
        var (repository, tag) = Split(name);
        return $"{repository}:{tag}";
    }

    /// <summary>The name and the tag, which follows the last colon unless that belongs to a port: <c>host:5000/name</c>.</summary>
    public static (string Repository, string Tag) Split(string name)
    {
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? (name[..colon], name[(colon + 1)..]) : (name, DefaultTag);
    }

    private static string Component(string text)
    {
        var allowed = Forbidden().Replace(text.ToLowerInvariant(), "-").Trim('-');
        return allowed.Length == 0 ? "image" : allowed;
    }

    // distribution-spec: a component is letters and digits, joined by single separators.
    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"\A[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*(:[0-9]{1,5})?\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?\z")]
    private static partial Regex Path();
}
