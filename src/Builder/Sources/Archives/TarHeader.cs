using System.Text;
using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>
/// The 512 bytes before each member of a tar archive, as Python's <c>tarfile</c> reads them:
/// <code>
///   0 name(100) mode(8) uid(8) gid(8) size(12) mtime(12) checksum(8) type(1) link(100) magic(6) version(2)
/// 265 user(32) group(32) major(8) minor(8) prefix(155)
/// 386 GNU sparse: 4 times offset(12) length(12), 482 more(1), 483 real size(12)
/// </code>
/// </summary>
internal sealed class TarHeader
{
    public const int BlockLength = 512;

    private const int NumberLength = 12;
    private const int MoreInHeader = 482;
    private const int MoreInExtension = 504;

    /// <summary>The type flag.</summary>
    public required char Type { get; init; }

    /// <summary>With the prefix of ustar.</summary>
    public required byte[] Name { get; init; }

    public required byte[] Link { get; init; }

    public required long Size { get; init; }

    /// <summary>The mode field, with any bits beyond 07777.</summary>
    public required long Mode { get; init; }

    /// <summary>The user number; null where the field has no number that can be read.</summary>
    public required long? Owner { get; init; }

    /// <summary>The group number; null where the field has no number that can be read.</summary>
    public required long? Group { get; init; }

    /// <summary>Whether the owner may execute it.</summary>
    public bool IsExecutable => (Mode & 0x40) != 0;

    /// <summary>The data of a GNU sparse member that this block describes; further blocks may follow.</summary>
    public TarSparseMap? Sparse { get; init; }

    /// <summary>Whether a block describes more of a sparse member.</summary>
    public bool HasMoreSparse { get; init; }

    /// <exception cref="SourceException">The block is no header.</exception>
    public static TarHeader Parse(ReadOnlySpan<byte> block)
    {
        if (!HasChecksum(block))
            throw new SourceException("The archive is broken: a header has a wrong checksum, or the file is not a tar archive.");
        var type = block[156] == 0 ? '\0' : (char)block[156];
        var isSparse = type == 'S';
        var sparse = isSparse ? new TarSparseMap { Size = Number(block.Slice(483, NumberLength)) } : null;
        sparse?.AddOldEntries(block.Slice(386, 4 * 2 * NumberLength));
        return new TarHeader
        {
            Type = type,
            Name = FullName(block, type),
            Link = Text(block.Slice(157, 100)).ToArray(),
            Size = Number(block.Slice(124, NumberLength)),
            Mode = Number(block.Slice(100, 8)),
            Owner = TryReadNumber(block.Slice(108, 8)),
            Group = TryReadNumber(block.Slice(116, 8)),
            Sparse = sparse,
            HasMoreSparse = isSparse && block[MoreInHeader] != 0,
        };
    }

    /// <summary>Reads a block that goes on with a GNU sparse map; false when it was the last one.</summary>
    public static bool ParseExtension(ReadOnlySpan<byte> block, TarSparseMap sparse)
    {
        sparse.AddOldEntries(block[..(21 * 2 * NumberLength)]);
        return block[MoreInExtension] != 0;
    }

    /// <summary>The bytes before the first NUL.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field) => field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field;

    /// <summary>A number in octal digits, or in base 256 where the first byte says so.</summary>
    /// <exception cref="SourceException">It is neither, or it is negative.</exception>
    public static long Number(ReadOnlySpan<byte> field) =>
        TryReadNumber(field) ?? throw new SourceException($"The archive is broken: '{Encoding.Latin1.GetString(Text(field))}' in a header is not a number.");

    /// <summary>The same, or null.</summary>
    public static long? TryReadNumber(ReadOnlySpan<byte> field)
    {
        long number = 0;
        if (field[0] == 0x80)
        {
            foreach (var digit in field[1..])
            {
                if (number >> 55 != 0)
                    return null;
                number = number << 8 | digit;
            }
            return number;
        }
        foreach (var digit in Text(field).Trim(" \t\n\r\v\f"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return null;
            number = number << 3 | (uint)(digit - '0');
        }
        return number;
    }

    // GNU's format keeps other fields where ustar has the prefix.
    private static byte[] FullName(ReadOnlySpan<byte> block, char type)
    {
        var name = Text(block[..100]);
        var prefix = Text(block.Slice(345, 155));
        return prefix.IsEmpty || type is 'L' or 'K' or 'S' || block.Slice(257, 6).SequenceEqual("ustar "u8)
            ? name.ToArray()
            : [.. prefix, (byte)'/', .. name];
    }

    // Some old programs summed signed bytes.
    private static bool HasChecksum(ReadOnlySpan<byte> block)
    {
        var (unsigned, signed) = (8 * ' ', 8 * ' ');
        for (var i = 0; i < BlockLength; i++)
        {
            if (i is >= 148 and < 156)
                continue;
            unsigned += block[i];
            signed += (sbyte)block[i];
        }
        return TryReadNumber(block.Slice(148, 8)) is { } sum && (sum == unsigned || sum == signed);
    }
}
