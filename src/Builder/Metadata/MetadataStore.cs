using System.Collections.Concurrent;
using Bistro.Builder.Content;
using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Metadata;

/// <summary>
/// The store's database. Many threads read at once, each with a connection of its own. Writes are committed in groups, so
/// that many small synced writes cost one sync. Several processes may have it open.
/// </summary>
public sealed class MetadataStore : IAsyncDisposable
{
    private readonly string _path;
    private readonly ConcurrentBag<MetadataSession> _idle = [];
    private readonly GroupCommit _writer;

    private MetadataStore(string path, MetadataSession writer, IContentFaults? faults) =>
        (_path, _writer) = (path, new GroupCommit(writer, path, faults));

    /// <summary>Opens the database, creates it if it is absent, and upgrades its tables to the newest version.</summary>
    /// <exception cref="IOException">The file is not a database, or a newer Bistro has written it.</exception>
    public static MetadataStore Open(string path, params IReadOnlyList<MetadataSchema> schemas) => Open(path, faults: null, schemas);

    /// <inheritdoc cref="Open(string, IReadOnlyList{MetadataSchema})"/>
    /// <param name="faults">Where tests cut writes off; null in production.</param>
    public static MetadataStore Open(string path, IContentFaults? faults, params IReadOnlyList<MetadataSchema> schemas)
    {
        MetadataSession? session = null;
        try
        {
            session = new MetadataSession(path);
            SchemaUpgrade.Apply(session, schemas);
            return new MetadataStore(path, session, faults);
        }
        catch (Exception failure)
        {
            session?.Dispose();
            if (failure is SqliteException fault)
                throw MetadataFault.Explain(fault, path);
            throw;
        }
    }

    /// <summary>Reads what is committed.</summary>
    /// <exception cref="IOException">The database cannot be read.</exception>
    public T Read<T>(Func<MetadataSession, T> read)
    {
        try
        {
            if (!_idle.TryTake(out var session))
                session = new MetadataSession(_path);
            var result = read(session);
            // After a failure the connection may be in any state: the finaliser closes it.
            _idle.Add(session);
            return result;
        }
        catch (SqliteException fault)
        {
            throw Explain(fault);
        }
    }

    /// <summary>Writes in one transaction with others that came at the same time. Returns when the write is on the disk. A write that throws is undone alone.</summary>
    public Task<T> WriteAsync<T>(Func<MetadataSession, T> write) => _writer.RunAsync(write);

    /// <summary>Notes a write that is not urgent, such as a time of last use. It is committed with the next write, or when the store is closed.</summary>
    public void Note(Action<MetadataSession> write) => _writer.Note(write);

    /// <summary>Reads on the writer's connection between two transactions, whose turn this waits for.</summary>
    internal Task<T> BetweenWritesAsync<T>(Func<MetadataSession, T> read) => _writer.RunBetweenAsync(read);

    /// <summary>A connection that the caller disposes.</summary>
    internal MetadataSession OpenSession() => new(_path);

    internal IOException Explain(SqliteException fault) => MetadataFault.Explain(fault, _path);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        while (_idle.TryTake(out var session))
            session.Dispose();
    }
}
