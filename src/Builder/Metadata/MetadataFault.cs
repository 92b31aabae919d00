using Bistro.Builder.Files;
using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Metadata;

/// <summary>Translates SQLite's errors into those of the store.</summary>
internal static class MetadataFault
{
    // SQLITE_FULL; SQLITE_IOERR_SHMSIZE, which means that there is no room for the memory that readers share; and
    // SQLITE_CANTOPEN, which is also what it says when there is no inode for a file that it must create.
    private const int Full = 13;
    private const int NoRoomToShare = 10 | (19 << 8);
    private const int CannotOpen = 14;

    public static bool IsFull(SqliteException failure) => failure.SqliteErrorCode == Full || failure.SqliteExtendedErrorCode == NoRoomToShare;

    /// <summary>Whether room on the disk may be all that is missing.</summary>
    public static bool MayBeFull(SqliteException failure) => IsFull(failure) || failure.SqliteErrorCode == CannotOpen;

#pragma warning disable RS0030 // I/O failed.
    public static IOException Explain(SqliteException failure, string path) =>
        IsFull(failure) ? new DiskFullException(path, "Free some space; `bistro gc` removes what is not needed.") : new IOException($"{path} cannot be used: {failure.Message}", failure);
#pragma warning restore RS0030
}
