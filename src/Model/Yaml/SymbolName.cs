using Bistro.Model.Errors;

namespace Bistro.Model.Yaml;

/// <summary>Names of projects, options and variables: letters, digits and <c>_</c>, often <c>-</c>; no digit at the start.</summary>
public static class SymbolName
{
    public static bool IsValid(ReadOnlySpan<char> name, bool allowDashes = true)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0]))
            return false;
        foreach (var letter in name)
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '_' && !(allowDashes && letter == '-'))
                return false;
        return true;
    }

    /// <param name="purpose">What it names: <c>option name</c>.</param>
    /// <param name="where">The place to report.</param>
    /// <exception cref="LoadException">It is not a valid name.</exception>
    public static void Expect(string name, string purpose, Provenance where, bool allowDashes = true)
    {
        if (!IsValid(name, allowDashes))
            throw new LoadException(
                LoadErrorReason.InvalidSymbolName,
                where,
                $"Invalid symbol name for {purpose}: '{name}': it may hold letters, digits{(allowDashes ? ", dashes" : "")} and underscores, and starts with no digit");
    }
}
