using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;

namespace Bistro.Builder.Sources.Archives;

/// <summary>
/// Reads the attributes of the members of one archive: the mode and the owner in the header or in pax records, and extended
/// attributes in the records <c>SCHILY.xattr.NAME</c>. Values that every entry has anyway (0644, 0755, owner 0) are left out.
/// </summary>
internal sealed class TarAttributes
{
    private const string XattrKeyword = "SCHILY.xattr.";

    // Limits of Linux.
    private const int MaximumNameBytes = 255;
    private const int MaximumValueBytes = 1 << 16;

    // Members stay in memory until the layer is read. A signature for each of 300,000 files fits.
    private const long MaximumBytes = 256 << 20;

    // An overlay filesystem keeps its own data there: a copy in another layer would hide files.
    private static readonly string[] OverlayNamespaces = ["trusted.overlay.", "user.overlay."];

    private long _bytes;

    /// <exception cref="SourceException">An attribute is not what a file system can hold.</exception>
    public EntryAttributes Read(string member, ArchiveMemberKind kind, TarHeader header, TarRecords records)
    {
        var mode = (int)(header.Mode & EntryAttributes.ModeBits);
        var implied = kind == ArchiveMemberKind.Directory || header.IsExecutable ? EntryAttributes.ExecutableMode : EntryAttributes.PlainMode;
        return new EntryAttributes
        {
            Mode = kind == ArchiveMemberKind.SymbolicLink || mode == implied ? null : mode,
            Owner = ReadId(member, records.Find("uid"), header.Owner),
            Group = ReadId(member, records.Find("gid"), header.Group),
            Xattrs = ReadXattrs(member, records),
        };
    }

    private ImmutableSortedDictionary<string, string> ReadXattrs(string member, TarRecords records)
    {
        var xattrs = EntryAttributes.None.Xattrs;
        foreach (var (key, value) in records.FindAll(XattrKeyword))
        {
            var name = TarText.Decode(Encoding.Latin1.GetBytes(key[XattrKeyword.Length..]), "name of an extended attribute");
            if (OverlayNamespaces.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                continue;
            if (key.Length - XattrKeyword.Length is 0 or > MaximumNameBytes || value.Length > MaximumValueBytes)
                throw new SourceException($"The archive cannot be stored. An extended attribute of '{member}' has no name, a name longer than {MaximumNameBytes} bytes, or a value longer than {MaximumValueBytes} bytes.");
            _bytes += key.Length + value.Length;
            if (_bytes > MaximumBytes)
                throw new SourceException($"The archive has more than {MaximumBytes} bytes of extended attributes.");
            xattrs = xattrs.SetItem(name, Convert.ToBase64String(value));
        }
        return xattrs;
    }

    // A record without a value stands for the header's (POSIX.1-2008, pax: "zero length").
    private static uint? ReadId(string member, byte[]? record, long? field)
    {
        var number = record is null or [] ? field
            : Utf8Parser.TryParse(record, out long parsed, out var length) && length == record.Length ? parsed
            : null;
        // The largest number stands for "no change" in chown(2).
        return number switch
        {
            0 => null,
            > 0 and < uint.MaxValue => (uint)number,
            _ => throw new SourceException($"The archive cannot be stored. The owner of '{member}' is not a number between 0 and {uint.MaxValue - 1}."),
        };
    }
}
