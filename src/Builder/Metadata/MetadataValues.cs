using Bistro.Model.Content;
using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Metadata;

/// <summary>How digests and times are kept: as 32 bytes, and as milliseconds since 1970.</summary>
public static class MetadataValues
{
    public static byte[] ToBytes(this Digest digest)
    {
        var bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes;
    }

    public static Digest GetDigest(this SqliteDataReader row, int column) => new(row.GetFieldValue<byte[]>(column));

    public static Digest? GetOptionalDigest(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDigest(column);

    public static string? GetOptionalString(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset GetTime(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static TimeSpan GetDuration(this SqliteDataReader row, int column) => TimeSpan.FromMilliseconds(row.GetInt64(column));
}
