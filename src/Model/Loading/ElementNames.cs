using System.Buffers;
using Bistro.Model.Errors;
using Bistro.Model.Projects;

namespace Bistro.Model.Loading;

/// <summary>The rules for names of elements.</summary>
internal static class ElementNames
{
    // What every file system accepts, except the colon, which separates junctions.
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Except("<>\"|?*")));

    /// <exception cref="LoadException">It is not a name of an element.</exception>
    public static void Expect(string name, Provenance? askedBy)
    {
        if (!name.EndsWith(".bst", StringComparison.Ordinal))
            throw new LoadException(
                LoadErrorReason.BadElementSuffix, askedBy, $"Element '{name}' does not have expected file extension '.bst'");
        if (name.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new LoadException(LoadErrorReason.BadElementName, askedBy, $"Element '{name}' has invalid characters");
    }

    /// <summary>The name without detours: <c>a/./b/../c.bst</c> is <c>a/c.bst</c>.</summary>
    public static string Normalize(string name) =>
        name.Contains("./", StringComparison.Ordinal) || name.Contains("//", StringComparison.Ordinal)
            ? ProjectFiles.Escapes(name) ? name : Path.GetFullPath(name, "/")[1..]
            : name;
}
