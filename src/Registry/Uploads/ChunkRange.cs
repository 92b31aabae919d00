using System.Globalization;

namespace Bistro.Registry.Uploads;

/// <summary>
/// The <c>Content-Range</c> of a chunk, <c>FIRST-LAST</c>, both inclusive and without a unit
/// (distribution-spec: Pushing a blob in chunks).
/// </summary>
public readonly record struct ChunkRange(long First, long Last)
{
    public long Length => Last - First + 1;

    public static bool TryParse(ReadOnlySpan<char> text, out ChunkRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        if (dash <= 0 || !TryRead(text[..dash], out var first) || !TryRead(text[(dash + 1)..], out var last))
            return false;
        range = new ChunkRange(first, last);
        return first <= last && last < long.MaxValue;
    }

    private static bool TryRead(ReadOnlySpan<char> digits, out long value) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
