namespace Bistro.Builder.Trees;

/// <summary>The order and the form of names in a directory.</summary>
public static class NodeNames
{
    /// <summary>
    /// By code point, which is by the bytes of UTF-8 (REAPI: Directory). UTF-16 would put what is above U+FFFF before
    /// U+E000.
    /// </summary>
    public static int Compare(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length - right.Length;
        return Rank(left[common]) - Rank(right[common]);
    }

    /// <summary>Whether a name is one path segment.</summary>
    public static bool IsValid(string name) =>
        name is not ("" or "." or "..") && !name.AsSpan().ContainsAny('/', '\0');

    // Surrogates stand for code points above every other character.
    private static int Rank(char unit) => unit switch
    {
        >= '\uE000' => unit - 0x800,
        >= '\uD800' => unit + 0x2000,
        _ => unit,
    };
}
