using System.Formats.Tar;
using System.Text;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// The 512 bytes before each entry (POSIX.1-1988 ustar). The time is the same for every entry, so that equal trees give equal
/// archives on every machine.
/// </summary>
internal static class UstarHeader
{
    public const int BlockLength = 512;
    public const int NameLength = 100;

    /// <summary>The largest number that twelve bytes of octal digits can hold: 8 GiB less one.</summary>
    public const long MaxSize = (1L << 33) - 1;

    /// <summary>The largest user or group number that eight bytes of octal digits can hold.</summary>
    public const uint MaxId = (1 << 21) - 1;

    /// <summary>2011-11-11 11:11:11 UTC, the time that BuildStream gives every staged file.</summary>
    public const long ModificationTime = 1321009871;

    private const int PrefixLength = 155;

    /// <summary>Fills a block with a header whose name and link fit; see <see cref="TrySplit"/>.</summary>
    public static void Write(
        Span<byte> block,
        TarEntryType type,
        ReadOnlySpan<byte> prefix,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> link,
        int mode,
        uint owner,
        uint group,
        long size)
    {
        block.Clear();
        name.CopyTo(block[..NameLength]);
        WriteOctal(block.Slice(100, 8), mode);
        WriteOctal(block.Slice(108, 8), owner);
        WriteOctal(block.Slice(116, 8), group);
        WriteOctal(block.Slice(124, 12), size);
        WriteOctal(block.Slice(136, 12), ModificationTime);
        block[156] = (byte)type;
        link.CopyTo(block.Slice(157, NameLength));
        "ustar\000"u8.CopyTo(block[257..]);
        WriteOctal(block.Slice(329, 8), 0);
        WriteOctal(block.Slice(337, 8), 0);
        prefix.CopyTo(block.Slice(345, PrefixLength));
        WriteChecksum(block);
    }

    /// <summary>Splits a path at a slash into the header's two fields; false when it does not fit or is not plain ASCII.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> name)
    {
        prefix = default;
        name = path;
        if (!Ascii.IsValid(path))
            return false;
        if (path.Length <= NameLength)
            return true;
        // A directory's trailing slash belongs to its name.
        var slash = path[..Math.Min(PrefixLength + 1, path.Length - 1)].LastIndexOf((byte)'/');
        if (slash <= 0 || path.Length - slash - 1 > NameLength)
            return false;
        prefix = path[..slash];
        name = path[(slash + 1)..];
        return true;
    }

    private static void WriteChecksum(Span<byte> block)
    {
        var field = block.Slice(148, 8);
        field.Fill((byte)' ');
        var sum = 0;
        foreach (var value in block)
            sum += value;
        WriteOctal(field[..7], sum);
    }

    // Digits with leading zeros, followed by a NUL.
    private static void WriteOctal(Span<byte> field, long value)
    {
        field[^1] = 0;
        for (var i = field.Length - 2; i >= 0; i--, value >>= 3)
            field[i] = (byte)('0' + (value & 7));
    }
}
