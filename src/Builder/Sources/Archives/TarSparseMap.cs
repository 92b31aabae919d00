using System.Buffers.Text;
using System.Text;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>The parts of a sparse file that an archive stores: in order, apart from one another, zeros between them.</summary>
internal sealed class TarSparseMap
{
    // A file of a few bytes can claim any size, and all of its zeros are hashed.
    private const long MaximumSize = 64L << 30;

    private const int MaximumCount = 1_000_000;

    private readonly List<(long Offset, long Length)> _parts = [];

    /// <summary>The size of the whole file.</summary>
    public required long Size { get; init; }

    public IReadOnlyList<(long Offset, long Length)> Parts => _parts;

    /// <summary>The bytes that are stored.</summary>
    public long StoredBytes { get; private set; }

    /// <summary>Adds a part.</summary>
    /// <exception cref="SourceException">The map is wrong.</exception>
    public void Add(long offset, long length)
    {
        if (length == 0)
            return;
        var end = _parts.Count == 0 ? 0 : _parts[^1].Offset + _parts[^1].Length;
        if (length < 0 || offset < end || length > Size - offset)
            throw new SourceException("The archive is broken: the parts of a sparse file overlap or exceed its size.");
        if (Size > MaximumSize)
            throw new SourceException($"The archive has a sparse file of {Size} bytes; at most {MaximumSize} are read.");
        if (_parts.Count == MaximumCount)
            throw new SourceException($"The archive has a sparse file of more than {MaximumCount} parts.");
        _parts.Add((offset, length));
        StoredBytes += length;
    }

    /// <summary>Adds the entries of a header of GNU's old format; the first that is not a number ends them.</summary>
    public void AddOldEntries(ReadOnlySpan<byte> entries)
    {
        for (; !entries.IsEmpty; entries = entries[24..])
        {
            if (TarHeader.TryReadNumber(entries[..12]) is not { } offset || TarHeader.TryReadNumber(entries.Slice(12, 12)) is not { } length)
                break;
            Add(offset, length);
        }
    }

    /// <summary>Adds the numbers of GNU's format 0.1: offsets and lengths between commas.</summary>
    public void AddList(ReadOnlySpan<byte> numbers)
    {
        long? offset = null;
        foreach (var range in numbers.Split((byte)','))
        {
            var number = Decimal(numbers[range]);
            if (offset is { } known)
                Add(known, number);
            offset = offset is null ? number : null;
        }
    }

    /// <summary>Refuses a size that is too large also for a file that has no parts.</summary>
    public void CheckSize()
    {
        if (Size is < 0 or > MaximumSize)
            throw new SourceException($"The archive has a sparse file of {Size} bytes; at most {MaximumSize} are read.");
    }

    /// <exception cref="SourceException">The digits are not a number.</exception>
    public static long Decimal(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long number, out var length) && length == digits.Length && number >= 0
            ? number
            : throw new SourceException($"The archive is broken: '{Encoding.Latin1.GetString(digits[..Math.Min(digits.Length, 40)])}' in a header is not a number.");
}
