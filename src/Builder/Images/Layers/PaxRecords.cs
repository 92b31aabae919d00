using System.Globalization;
using System.Text;

namespace Bistro.Builder.Images.Layers;

/// <summary>The records that say what a ustar header cannot hold (POSIX.1-2001, pax extended header).</summary>
internal static class PaxRecords
{
    /// <summary>The records that an entry needs; empty when ustar will do.</summary>
    public static ReadOnlyMemory<byte> For(string path, string link, long size)
    {
        var records = new StringBuilder();
        if (!UstarHeader.TrySplit(Encoding.UTF8.GetBytes(path), out _, out _))
            Append(records, "path", path);
        if (!Ascii.IsValid(link) || link.Length > UstarHeader.NameLength)
            Append(records, "linkpath", link);
        if (size > UstarHeader.MaxSize)
            Append(records, "size", size.ToString(CultureInfo.InvariantCulture));
        return records.Length == 0 ? default : Encoding.UTF8.GetBytes(records.ToString());
    }

    /// <summary>The name of the header entry that holds an entry's records. Only readers that know no pax show it.</summary>
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

    // "LENGTH KEY=VALUE\n", where LENGTH counts the whole record in bytes, its own digits too.
    private static void Append(StringBuilder records, string key, string value)
    {
        var rest = Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value) + 3;
        var length = rest + 1;
        while (length != rest + Digits(length))
            length = rest + Digits(length);
        records.Append(CultureInfo.InvariantCulture, $"{length} {key}={value}\n");
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
}
