using System.Text;

namespace Bistro.Builder.Artifacts;

/// <summary>What an artifact is called in every BuildStream cache: <c>PROJECT/ELEMENT/KEY</c>.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="Element">The element's normal name; as <see cref="Create"/> makes it.</param>
/// <param name="Key">A strong or weak key: 64 hex digits.</param>
public sealed record ArtifactName(string Project, string Element, string Key)
{
    /// <summary>
    /// The name of an element of that project (<c>components/hello.bst</c>): slashes become dashes, the last extension
    /// goes, and what is neither a letter, a digit nor one of <c>-._</c> becomes <c>_</c>.
    /// </summary>
    public static ArtifactName Create(string project, string elementName, string key) => new(project, Normalize(elementName), key);

    public override string ToString() => $"{Project}/{Element}/{Key}";

    private static string Normalize(string elementName)
    {
        var flat = elementName.Replace('/', '-');
        // As Python's splitext: dots at the beginning are no extension.
        var begin = flat.AsSpan().IndexOfAnyExcept('.');
        var dot = flat.LastIndexOf('.');
        var name = new StringBuilder();
        foreach (var character in (dot > begin && begin >= 0 ? flat[..dot] : flat).EnumerateRunes())
            name.Append(IsKept(character) ? (char)character.Value : '_');
        return name.ToString();
    }

    private static bool IsKept(Rune character) =>
        character.IsAscii && (char.IsAsciiLetterOrDigit((char)character.Value) || character.Value is '-' or '.' or '_');
}
