using System.Collections.Concurrent;
using Bistro.Builder.Content;
using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Metadata;

/// <summary>
/// The store's database. Many threads read at once, each with a connection of its own; writes are committed in groups, so
/// that many small synced writes cost one sync. Several processes may have it open.
/// </summary>
public sealed class MetadataStore : IAsyncDisposable
{
    private readonly string _path;
    private readonly ConcurrentBag<MetadataSession> _idle = [];
    private readonly GroupCommit _writer;

    private MetadataStore(string path, MetadataSession writer, IContentFaults? faults) =>
        (_path, _writer) = (path, new GroupCommit(writer, path, faults));

    /// <summary>Opens the database, made if absent, and brings its tables to the newest form.</summary>
    /// <exception cref="IOException">It is no database, or a newer Bistro has written it.</exception>
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
            // After a failure the connection may be in any state, and is left to the finaliser.
            _idle.Add(session);
            return result;
        }
        catch (SqliteException fault)
        {
            throw MetadataFault.Explain(fault, _path);
        }
    }

    /// <summary>Writes in one transaction with others that came at the same time. Returns when it is on the disk; what throws is undone alone.</summary>
    public Task<T> WriteAsync<T>(Func<MetadataSession, T> write) => _writer.RunAsync(write);

    /// <summary>Notes what need not be on the disk now, such as a time of last use: it goes with the next write, or at the end.</summary>
    public void Note(Action<MetadataSession> write) => _writer.Note(write);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        while (_idle.TryTake(out var session))
            session.Dispose();
    }
}
