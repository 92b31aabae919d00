using System.Collections.Concurrent;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Files;
using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Metadata;

/// <summary>
/// The store's database. Many threads read at once, each with a connection of its own. Writes are committed in groups, so
/// that many small synced writes cost one sync. Several processes may have it open.
/// </summary>
public sealed class MetadataStore : IAsyncDisposable
{
    // Kept from the finaliser, which would close them.
    private static readonly ConcurrentBag<MetadataSession> LeftOpen = [];

    private readonly string _path;
    private readonly DiskReserve? _reserve;
    private readonly ConcurrentBag<MetadataSession> _idle = [];
    private readonly GroupCommit _writer;

    private MetadataStore(string path, MetadataSession writer, DiskReserve? reserve, IContentFaults? faults) =>
        (_path, _reserve, _writer) = (path, reserve, new GroupCommit(writer, path, reserve, faults));

    /// <summary>Opens the database of a store, which may use the store's reserve; see <see cref="Open(string, IReadOnlyList{MetadataSchema})"/>.</summary>
    public static MetadataStore Open(ContentStore content, params IReadOnlyList<MetadataSchema> schemas) =>
        Open(content.Layout.Metadata, content.Reserve, content.Faults, schemas);

    /// <summary>Opens the database, creates it if it is absent, and upgrades its tables to the newest version.</summary>
    /// <exception cref="IOException">The file is not a database.</exception>
    /// <exception cref="UsageException">A newer Bistro has written it.</exception>
    public static MetadataStore Open(string path, params IReadOnlyList<MetadataSchema> schemas) => Open(path, reserve: null, faults: null, schemas);

    private static MetadataStore Open(string path, DiskReserve? reserve, IContentFaults? faults, IReadOnlyList<MetadataSchema> schemas)
    {
        var session = UsingReserve(() => OpenSession(path, schemas), path, reserve);
        if (reserve is not null)
            session.LimitLog(reserve.Size / 2);
        return new MetadataStore(path, session, reserve, faults);
    }

    private static MetadataSession OpenSession(string path, IReadOnlyList<MetadataSchema> schemas)
    {
        var session = new MetadataSession(path);
        try
        {
            SchemaUpgrade.Apply(session, schemas);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Reads what is committed.</summary>
    /// <exception cref="IOException">The database cannot be read.</exception>
    public T Read<T>(Func<MetadataSession, T> read) => UsingReserve(
        () =>
        {
            if (!_idle.TryTake(out var session))
                session = new MetadataSession(_path);
            var result = read(session);
            // After a failure the connection may be in any state: the finaliser closes it.
            _idle.Add(session);
            return result;
        },
        _path, _reserve);

    // Even reading needs a little room: the first connection creates the files that connections share.
    private static T UsingReserve<T>(Func<T> work, string path, DiskReserve? reserve)
    {
        try
        {
            try
            {
                return work();
            }
            catch (SqliteException fault) when (reserve is not null && MetadataFault.MayBeFull(fault))
            {
                return reserve.Use(work);
            }
        }
        catch (SqliteException fault)
        {
            throw MetadataFault.Explain(fault, path);
        }
    }

    /// <summary>Writes in one transaction with others that came at the same time. Returns when the write is on the disk. A write that throws is undone alone.</summary>
    public Task<T> WriteAsync<T>(Func<MetadataSession, T> write) => _writer.RunAsync(write);

    /// <summary>
    /// Writes as <see cref="WriteAsync"/> does, for work that removes: on a full disk it may use the store's reserve, because
    /// nothing could be freed otherwise.
    /// </summary>
    public Task<T> RemoveAsync<T>(Func<MetadataSession, T> remove) => _writer.RunAsync(remove, mayUseReserve: true);

    /// <summary>Notes a write that is not urgent, such as a time of last use. It is committed with the next write, or when the store is closed.</summary>
    public void Note(Action<MetadataSession> write) => _writer.Note(write);

    /// <summary>Reads on the writer's connection between two transactions, whose turn this waits for.</summary>
    internal Task<T> BetweenWritesAsync<T>(Func<MetadataSession, T> read) => _writer.RunBetweenAsync(read);

    /// <summary>A connection that the caller disposes.</summary>
    internal MetadataSession OpenSession() => new(_path);

    internal IOException Explain(SqliteException fault) => MetadataFault.Explain(fault, _path);

    public async ValueTask DisposeAsync()
    {
        // Closing the last connection removes the log and the file that connections share. On a full disk, the next start
        // could not create them again: they stay, as they do when a process is killed.
        if (await _writer.EndAsync(mayClose: _reserve?.TryMake() ?? true) is { } open)
            LeftOpen.Add(open);
        while (_idle.TryTake(out var session))
            session.Dispose();
    }
}
