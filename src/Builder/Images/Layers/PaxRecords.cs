using System.Buffers;
using System.Globalization;
using System.Text;
using Bistro.Builder.Trees;

namespace Bistro.Builder.Images.Layers;

/// <summary>Builds the records for what a ustar header cannot hold (POSIX.1-2001, pax extended header).</summary>
internal static class PaxRecords
{
    // The keyword that GNU tar, star, Docker and containers/storage read.
    private const string XattrKeyword = "SCHILY.xattr.";

    /// <summary>The records that an entry needs; empty when ustar is enough.</summary>
    public static ReadOnlyMemory<byte> For(string path, string link, long size, EntryAttributes attributes)
    {
        var records = new ArrayBufferWriter<byte>();
        if (!UstarHeader.TrySplit(Encoding.UTF8.GetBytes(path), out _, out _))
            Append(records, "path", path);
        if (!Ascii.IsValid(link) || link.Length > UstarHeader.NameLength)
            Append(records, "linkpath", link);
        if (size > UstarHeader.MaxSize)
            Append(records, "size", size.ToString(CultureInfo.InvariantCulture));
        if (attributes.Owner > UstarHeader.MaxId)
            Append(records, "uid", attributes.Owner.Value.ToString(CultureInfo.InvariantCulture));
        if (attributes.Group > UstarHeader.MaxId)
            Append(records, "gid", attributes.Group.Value.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in attributes.Xattrs)
            Append(records, XattrKeyword + name, Convert.FromBase64String(value));
        return records.WrittenMemory;
    }

    /// <summary>The name of the header entry that holds an entry's records. Only readers that do not know pax show it.</summary>
    public static string NameFor(string path)
    {
        var name = "PaxHeaders.0/" + Path.GetFileName(path.TrimEnd('/'));
        name = string.Create(Math.Min(name.Length, UstarHeader.NameLength), name, (text, full) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = char.IsAscii(full[i]) ? full[i] : '_';
        });
        return name;
    }

    private static void Append(ArrayBufferWriter<byte> records, string key, string value) =>
        Append(records, key, Encoding.UTF8.GetBytes(value));

    // "LENGTH KEY=VALUE\n", where LENGTH counts the bytes of the whole record, including its own digits.
    private static void Append(ArrayBufferWriter<byte> records, string key, ReadOnlySpan<byte> value)
    {
        var rest = Encoding.UTF8.GetByteCount(key) + value.Length + 3;
        var length = rest + 1;
        while (length != rest + Digits(length))
            length = rest + Digits(length);
        records.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {key}=")));
        records.Write(value);
        records.Write("\n"u8);
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
}
