using System.Globalization;

namespace Bistro.Registry.Http;

/// <summary>The part of a blob that a <c>Range</c> header requests (RFC 9110, section 14).</summary>
public abstract record ByteRange
{
    private const string Unit = "bytes=";
    private static readonly ByteRange Everything = new Whole();
    private static readonly ByteRange Nothing = new Unsatisfiable();

    private ByteRange()
    {
    }

    /// <summary>
    /// Parses the header for a blob of that length. A header that is not a single byte range is ignored, as RFC 9110
    /// allows; a reversed range and a range past the end cannot be satisfied.
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

    /// <summary>Parses decimal digits. A number that is too large becomes the largest number.</summary>
    private static bool TryReadPosition(ReadOnlySpan<char> digits, out long position)
    {
        position = 0;
        if (digits.IsEmpty || digits.IndexOfAnyExceptInRange('0', '9') >= 0)
            return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out position))
            position = long.MaxValue;
        return true;
    }

    /// <summary>No range, or an ignored one: the whole blob.</summary>
    public sealed record Whole : ByteRange;

    /// <summary>A range of bytes within the blob.</summary>
    public sealed record Part(long Offset, long Length) : ByteRange;

    /// <summary>The range contains no byte of the blob.</summary>
    public sealed record Unsatisfiable : ByteRange;
}
