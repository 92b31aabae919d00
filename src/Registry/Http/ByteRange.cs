using System.Globalization;

namespace Bistro.Registry.Http;

/// <summary>What a <c>Range</c> header asks of a blob (RFC 9110, section 14).</summary>
public abstract record ByteRange
{
    private const string Unit = "bytes=";
    private static readonly ByteRange Everything = new Whole();
    private static readonly ByteRange Nothing = new Unsatisfiable();

    private ByteRange()
    {
    }

    /// <summary>
    /// Reads the header for a blob of that length. A header that is no single range of bytes is ignored, as RFC 9110
    /// allows; a reversed range and one past the end cannot be satisfied.
    /// </summary>
    public static ByteRange Parse(string? header, long length)
    {
        if (header is null || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return Everything;
        var range = header.AsSpan(Unit.Length).Trim();
        var dash = range.IndexOf('-');
        if (dash < 0 || range.Contains(','))
            return Everything;
        var first = range[..dash];
        var last = range[(dash + 1)..];
        if (first.IsEmpty)
            return TryReadPosition(last, out var suffix) ? Suffix(suffix, length) : Everything;
        if (!TryReadPosition(first, out var from))
            return Everything;
        if (last.IsEmpty)
            return Slice(from, length - 1, length);
        return TryReadPosition(last, out var to) ? Slice(from, Math.Min(to, length - 1), length) : Everything;
    }

    private static ByteRange Suffix(long count, long length) =>
        count == 0 ? Nothing : Slice(Math.Max(0, length - count), length - 1, length);

    private static ByteRange Slice(long first, long last, long length) =>
        first > last || first >= length ? Nothing : new Part(first, last - first + 1);

    /// <summary>Reads decimal digits; a number too large for any blob is as good as the largest.</summary>
    private static bool TryReadPosition(ReadOnlySpan<char> digits, out long position)
    {
        position = 0;
        if (digits.IsEmpty || digits.IndexOfAnyExceptInRange('0', '9') >= 0)
            return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out position))
            position = long.MaxValue;
        return true;
    }

    /// <summary>No range, or one to ignore: the whole blob.</summary>
    public sealed record Whole : ByteRange;

    /// <summary>One run of bytes that the blob has.</summary>
    public sealed record Part(long Offset, long Length) : ByteRange;

    /// <summary>Nothing of the blob is in the range.</summary>
    public sealed record Unsatisfiable : ByteRange;
}
