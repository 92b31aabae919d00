using Bistro.Builder.Files;
using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Metadata;

/// <summary>What SQLite complains of, as the rest of the store knows such faults.</summary>
internal static class MetadataFault
{
    // SQLITE_FULL, and SQLITE_IOERR_SHMSIZE, which is how it says that there is no room for what its readers share.
    private const int Full = 13;
    private const int NoRoomToShare = 10 | (19 << 8);

    public static bool IsFull(SqliteException failure) => failure.SqliteErrorCode == Full || failure.SqliteExtendedErrorCode == NoRoomToShare;

    public static IOException Explain(SqliteException failure, string path) =>
        IsFull(failure) ? new DiskFullException(path, "Free some space: `bistro gc`, too, needs a little.") : new IOException($"{path} cannot be used: {failure.Message}", failure);
}
