using System.Globalization;

namespace Bistro.Registry.Http;

/// <summary>One run of bytes that a blob has.</summary>
public readonly record struct ByteRun(long Offset, long Length)
{
    public long End => Offset + Length;
}

/// <summary>What a <c>Range</c> header asks of a blob (RFC 9110, section 14).</summary>
public abstract record ByteRange
{
    /// <summary>The most ranges that a header may list: podman asks for at most 1,024 at once.</summary>
    public const int MostRanges = 1024;

    private const string Unit = "bytes=";

    private static readonly ByteRange Everything = new Whole();
    private static readonly ByteRange Nothing = new Unsatisfiable();

    private ByteRange()
    {
    }

    /// <summary>
    /// Reads the header for a blob of that length. A header that is malformed, or lists too many ranges, is ignored, as RFC 9110 allows.
    /// Ranges outside of the blob are left out; when none is left, the header cannot be satisfied. Ranges that overlap or touch are
    /// joined, and then come in the order of the blob; otherwise the parts come as requested (sections 14.2 and 15.3.7.2). Ranges
    /// with a gap are never joined, however small it is: podman takes each part for the next range of its request.
    /// </summary>
    public static ByteRange Parse(string? header, long length)
    {
        if (header is null || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return Everything;
        var list = header.AsSpan(Unit.Length);
        if (list.Count(',') >= MostRanges)
            return Everything;
        var runs = new List<ByteRun>();
        var isEmpty = true;
        foreach (var item in list.Split(','))
        {
            // RFC 9110, section 5.6.1: empty elements of a list are ignored.
            var range = list[item].Trim([' ', '\t']);
            if (range.IsEmpty)
                continue;
            isEmpty = false;
            if (!TryReadRange(range, length, out var run))
                return Everything;
            if (run.Length > 0)
                runs.Add(run);
        }

        return isEmpty ? Everything : runs.Count == 0 ? Nothing : Join(runs);
    }

    private static ByteRange Join(List<ByteRun> runs)
    {
        var joined = new List<ByteRun>(runs.Count);
        foreach (var run in runs.OrderBy(run => run.Offset))
        {
            if (joined.Count > 0 && run.Offset <= joined[^1].End)
                joined[^1] = new ByteRun(joined[^1].Offset, Math.Max(joined[^1].End, run.End) - joined[^1].Offset);
            else
                joined.Add(run);
        }

        if (joined.Count < runs.Count)
            runs = joined;
        return runs is [var only] ? new Part(only.Offset, only.Length) : new Parts(runs);
    }

    // False for a malformed range; a run without bytes for one that is outside of the blob.
    private static bool TryReadRange(ReadOnlySpan<char> range, long length, out ByteRun run)
    {
        run = default;
        var dash = range.IndexOf('-');
        if (dash < 0)
            return false;
        var first = range[..dash];
        var last = range[(dash + 1)..];
        if (first.IsEmpty)
        {
            if (!TryReadPosition(last, out var suffix))
                return false;
            if (suffix > 0 && length > 0)
                run = new ByteRun(Math.Max(0, length - suffix), Math.Min(suffix, length));
            return true;
        }

        var to = length - 1;
        if (!TryReadPosition(first, out var from) || (!last.IsEmpty && !TryReadPosition(last, out to)))
            return false;
        to = Math.Min(to, length - 1);
        if (from <= to)
            run = new ByteRun(from, to - from + 1);
        return true;
    }

    // A number too large for any blob is as good as the largest.
    private static bool TryReadPosition(ReadOnlySpan<char> digits, out long position)
    {
        position = 0;
        if (digits.IsEmpty || digits.IndexOfAnyExceptInRange('0', '9') >= 0)
            return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out position))
            position = long.MaxValue;
        return true;
    }

    /// <summary>No range, or a header to ignore: the whole blob.</summary>
    public sealed record Whole : ByteRange;

    /// <summary>One run of bytes that the blob has.</summary>
    public sealed record Part(long Offset, long Length) : ByteRange;

    /// <summary>Several runs that neither overlap nor touch.</summary>
    public sealed record Parts(IReadOnlyList<ByteRun> Runs) : ByteRange;

    /// <summary>Nothing of the blob is in any range.</summary>
    public sealed record Unsatisfiable : ByteRange;
}
