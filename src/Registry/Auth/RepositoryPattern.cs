using Bistro.Registry.Distribution;

namespace Bistro.Registry.Auth;

/// <summary>Names repositories: <c>*</c> stands for any part of one component, <c>**</c> for anything.</summary>
public sealed record RepositoryPattern(string Text)
{
    public bool Matches(RepositoryName repository) => Matches(Text, repository.Value);

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        if (pattern.IsEmpty)
            return name.IsEmpty;
        if (pattern[0] != '*')
            return !name.IsEmpty && name[0] == pattern[0] && Matches(pattern[1..], name[1..]);
        var isDeep = pattern.StartsWith("**");
        var rest = pattern[(isDeep ? 2 : 1)..];
        for (var swallowed = 0; ; swallowed++)
        {
            if (Matches(rest, name[swallowed..]))
                return true;
            if (swallowed == name.Length || (!isDeep && name[swallowed] == '/'))
                return false;
        }
    }
}
