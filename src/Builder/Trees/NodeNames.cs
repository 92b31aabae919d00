using System.Text;

namespace Bistro.Builder.Trees;

/// <summary>The order and form of names in a directory.</summary>
public static class NodeNames
{
    /// <summary>
    /// Compares by code point, that is, by the bytes of UTF-8 (REAPI: Directory). An order of UTF-16 units would put code
    /// points above U+FFFF before U+E000.
    /// </summary>
    public static int Compare(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length - right.Length;
        return Rank(left[common]) - Rank(right[common]);
    }

    /// <summary>Whether a name is one path segment, and short enough for a file system.</summary>
    public static bool IsValid(string name) =>
        name is not ("" or "." or "..") && !name.AsSpan().ContainsAny('/', '\0')
        && (name.Length * 3 <= TreePath.MaximumNameBytes || Encoding.UTF8.GetByteCount(name) <= TreePath.MaximumNameBytes);

    // Surrogates encode code points above every other character.
    private static int Rank(char unit) => unit switch
    {
        >= '\uE000' => unit - 0x800,
        >= '\uD800' => unit + 0x2000,
        _ => unit,
    };
}
