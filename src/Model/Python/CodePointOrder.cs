namespace Bistro.Model.Python;

/// <summary>
/// Python's order of texts: by code point. It differs from the ordinal order of UTF-16 where characters beyond the first
/// plane meet those between the surrogates and its end.
/// </summary>
public sealed class CodePointOrder : IComparer<string>
{
    public static CodePointOrder Instance { get; } = new();

    private CodePointOrder()
    {
    }

    public static int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length.CompareTo(right.Length);
        return Rank(left[common]).CompareTo(Rank(right[common]));
    }

    int IComparer<string>.Compare(string? x, string? y) => Compare(x, y);

    // Surrogates are halves of characters beyond the first plane and sort last.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
