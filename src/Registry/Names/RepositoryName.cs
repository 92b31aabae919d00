using System.Diagnostics.CodeAnalysis;

namespace Bistro.Registry.Names;

/// <summary>A repository name (distribution-spec: Pulling manifests) of at most 255 characters.</summary>
public readonly record struct RepositoryName
{
    /// <summary>Clients limit host and name together to 255 characters (distribution-spec: Implementers note).</summary>
    public const int MaxLength = 255;

    private RepositoryName(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out RepositoryName name)
    {
        name = default;
        if (text is null or { Length: 0 or > MaxLength } || !IsName(text))
            return false;
        name = new RepositoryName(text);
        return true;
    }

    /// <exception cref="FormatException">The text is not a repository name.</exception>
    public static RepositoryName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"Not a repository name: '{text}'.");

    public override string ToString() => Value;

    // [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*, joined by '/'
    private static bool IsName(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (true)
        {
            var word = at;
            while (at < text.Length && char.IsAsciiLetterLower(text[at]) | char.IsAsciiDigit(text[at]))
                at++;
            if (at == word)
                return false;
            if (at == text.Length)
                return true;
            var separator = Separator(text[at..]);
            if (separator == 0)
                return false;
            at += separator;
        }
    }

    private static int Separator(ReadOnlySpan<char> rest) => rest[0] switch
    {
        '/' or '.' => 1,
        '_' => rest.Length > 1 && rest[1] == '_' ? 2 : 1,
        '-' => rest.IndexOfAnyExcept('-') is var dashes and > 0 ? dashes : rest.Length,
        _ => 0,
    };
}
