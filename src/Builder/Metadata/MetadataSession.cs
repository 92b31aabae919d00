using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Metadata;

/// <summary>A connection to the metadata with its statements prepared once. Parameters are <c>$1</c>, <c>$2</c>, … Not thread-safe.</summary>
public sealed class MetadataSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    internal MetadataSession(string path)
    {
        // The store keeps its own connections; a second pool below them would only keep files open.
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        _connection.Open();
        // A commit is on the disk when it returns (FULL), and readers never wait for writers (WAL).
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        // No temporary files, which a full disk would refuse.
        Execute("PRAGMA temp_store = MEMORY");
    }

    /// <summary>Writes the log of commits back into the database when it has this many bytes, and not later than SQLite does by default.</summary>
    internal void LimitLog(long bytes)
    {
        const int pageSize = 4096, defaultPages = 1000;
        Execute($"PRAGMA wal_autocheckpoint = {Math.Min(defaultPages, bytes / pageSize)}");
    }

    /// <summary>The first row, or null when there is none.</summary>
    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
        where T : struct
    {
        using var reader = Command(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : null;
    }

    public List<T> List<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Command(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <returns>Whether there is a row.</returns>
    public bool Any(string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Command(sql, values).ExecuteReader();
        return reader.Read();
    }

    /// <returns>The number of rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of this program; what comes from outside is a parameter.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
