using System.Numerics;

namespace Bistro.Builder.Sources;

/// <summary>Compares names by their runs of letters and of digits, digits by their value and after letters; all else only separates.</summary>
internal sealed class VersionOrder : IComparer<string?>
{
    public static VersionOrder Instance { get; } = new();

    private VersionOrder()
    {
    }

    public int Compare(string? x, string? y)
    {
        using var left = Runs(x ?? "").GetEnumerator();
        using var right = Runs(y ?? "").GetEnumerator();
        while (true)
        {
            var (hasLeft, hasRight) = (left.MoveNext(), right.MoveNext());
            if (!hasLeft || !hasRight)
                return hasLeft.CompareTo(hasRight);
            var order = CompareRuns(left.Current, right.Current);
            if (order != 0)
                return order;
        }
    }

    private static int CompareRuns(string left, string right) => (char.IsAsciiDigit(left[0]), char.IsAsciiDigit(right[0])) switch
    {
        (true, true) => BigInteger.Parse(left, System.Globalization.CultureInfo.InvariantCulture)
            .CompareTo(BigInteger.Parse(right, System.Globalization.CultureInfo.InvariantCulture)),
        (false, false) => string.CompareOrdinal(left, right),
        var (isLeftNumber, isRightNumber) => isLeftNumber.CompareTo(isRightNumber),
    };

    private static IEnumerable<string> Runs(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            Func<char, bool>? belongs = char.IsAsciiDigit(text[start]) ? char.IsAsciiDigit
                : char.IsAsciiLetter(text[start]) ? char.IsAsciiLetter
                : null;
            var end = start + 1;
            while (belongs is not null && end < text.Length && belongs(text[end]))
                end++;
            if (belongs is not null)
                yield return text[start..end];
            start = end;
        }
    }
}
