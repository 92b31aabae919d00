using System.Text.RegularExpressions;
using Bistro.Model.Elements;

namespace Bistro.Builder.Images.Layouts;

/// <summary>What an image is called where it is loaded from a file: <c>localhost/freedesktop-sdk/hello:latest</c>.</summary>
internal static partial class ImageName
{
    /// <summary>Made of the project's name and the last part of the element's, in the characters that image names allow.</summary>
    public static string Of(Element element) =>
        $"localhost/{Component(element.Project.Name)}/{Component(Path.GetFileNameWithoutExtension(element.Name))}:latest";

    private static string Component(string text)
    {
        var allowed = Forbidden().Replace(text.ToLowerInvariant(), "-").Trim('-');
        return allowed.Length == 0 ? "image" : allowed;
    }

    // distribution-spec: a component is letters and digits, joined by single separators.
    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Forbidden();
}
