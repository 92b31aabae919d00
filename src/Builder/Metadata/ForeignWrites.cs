using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Metadata;

/// <summary>
/// Detects commits of other processes, for caches of what was read. SQLite counts, for each connection, the commits of all
/// other connections (<c>PRAGMA data_version</c>). This class asks on a connection of its own, without a transaction and
/// without a lock that writers take. That count includes this process's own commits; when it has changed, the connection
/// that makes those commits knows whether another process has committed as well. Not thread-safe.
/// </summary>
public sealed class ForeignWrites(MetadataStore metadata, TimeProvider time) : IDisposable
{
    /// <summary>The time between two looks: how far this process may be behind others.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // The writer answers between two commits. When it is stuck, because another process holds the lock, caches are
    // cleared without its answer: that costs a few reads and is never wrong.
    private static readonly TimeSpan WriterPatience = TimeSpan.FromMilliseconds(100);

    private MetadataSession? _session;
    private long? _seen;
    private long? _seenByWriter;

    /// <summary>Whether another process may have committed since the last call. True for the first call and for the first after a failure.</summary>
    /// <exception cref="IOException">The database cannot be read. The next call starts again.</exception>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var version = Ask();
        if (version == _seen)
            return false;
        var byWriter = await AskWriterAsync(cancellationToken);
        var isForeign = _seen is null || byWriter is null || byWriter != _seenByWriter;
        (_seen, _seenByWriter) = (version, byWriter);
        return isForeign;
    }

    public void Dispose() => _session?.Dispose();

    private long Ask()
    {
        try
        {
            return DataVersion(_session ??= metadata.OpenSession());
        }
        catch (Exception failure)
        {
            // The counts of two connections cannot be compared.
            _session?.Dispose();
            (_session, _seen) = (null, null);
            if (failure is SqliteException fault)
                throw metadata.Explain(fault);
            throw;
        }
    }

    private async Task<long?> AskWriterAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await metadata.BetweenWritesAsync(DataVersion).WaitAsync(WriterPatience, time, cancellationToken);
        }
        catch (Exception failure) when (failure is TimeoutException or SqliteException)
        {
            return null;
        }
    }

    private static long DataVersion(MetadataSession session) => session.First("PRAGMA data_version", row => row.GetInt64(0))!.Value;
}
