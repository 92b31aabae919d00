using System.Buffers;
using Bistro.Registry.Names;

namespace Bistro.Registry.Auth;

/// <summary>Matches repository names: <c>*</c> matches any part of one component, <c>**</c> matches anything.</summary>
public sealed record RepositoryPattern(string Text)
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-/*");

    public static RepositoryPattern Everything { get; } = new("**");

    /// <summary>Whether the text can match any repository.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= RepositoryName.MaxLength && text.AsSpan().IndexOfAnyExcept(Letters) < 0 && RepositoryName.TryParse(text.Replace('*', '0'), out _);

    public bool Matches(RepositoryName repository) => Text == Everything.Text || Matches(Text, repository.Value);

    // reached[i]: the pattern so far can match the first i characters of the name. The time is bounded by the product of both lengths.
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        Span<bool> reached = stackalloc bool[RepositoryName.MaxLength + 1];
        reached = reached[..(name.Length + 1)];
        reached.Clear();
        reached[0] = true;
        for (var at = 0; at < pattern.Length; at++)
        {
            var isDeep = pattern[at..].StartsWith("**");
            if (pattern[at] == '*')
            {
                for (var i = 1; i <= name.Length; i++)
                    reached[i] |= reached[i - 1] && (isDeep || name[i - 1] != '/');
            }
            else
            {
                for (var i = name.Length; i > 0; i--)
                    reached[i] = reached[i - 1] && name[i - 1] == pattern[at];
                reached[0] = false;
            }

            if (isDeep)
                at++;
        }

        return reached[name.Length];
    }
}
