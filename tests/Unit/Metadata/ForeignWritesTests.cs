using Bistro.Builder.Files;
using Bistro.Builder.Metadata;
using Microsoft.Data.Sqlite;

namespace Bistro.Unit.Metadata;

public sealed class ForeignWritesTests : IAsyncDisposable
{
    private static readonly MetadataSchema Notes = new("notes", ["CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)"]);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-metadata-");
    private readonly MetadataStore _own;
    private readonly ForeignWrites _foreign;

    public ForeignWritesTests()
    {
        _own = MetadataStore.Open(File, Notes);
        _foreign = new ForeignWrites(_own, TimeProvider.System);
    }

    private string File => Path.Combine(_directory.FullName, "metadata.db");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_commits_of_others_are_foreign()
    {
        await using var other = MetadataStore.Open(File, Notes);
        // What was there before the first look may have been read before it, too.
        Assert.True(await _foreign.LookAsync(Token));
        Assert.False(await _foreign.LookAsync(Token));
        await InsertAsync(_own);
        Assert.False(await _foreign.LookAsync(Token));
        await InsertAsync(other);
        Assert.True(await _foreign.LookAsync(Token));
        Assert.False(await _foreign.LookAsync(Token));
        await InsertAsync(other);
        await InsertAsync(_own);
        Assert.True(await _foreign.LookAsync(Token));
        await InsertAsync(_own);
        await InsertAsync(other);
        Assert.True(await _foreign.LookAsync(Token));
        await InsertAsync(_own);
        Assert.False(await _foreign.LookAsync(Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task Looking_waits_for_no_lock_that_another_process_holds()
    {
        await _foreign.LookAsync(Token);
        using var lockHolder = new SqliteConnection($"Data Source={File};Pooling=False");
        lockHolder.Open();
        Execute(lockHolder, "BEGIN IMMEDIATE");
        Execute(lockHolder, "INSERT INTO note (text) VALUES ('foreign')");
        Assert.False(await _foreign.LookAsync(Token));
        Execute(lockHolder, "COMMIT");
        Execute(lockHolder, "BEGIN IMMEDIATE");
        // The writer waits for the lock now and cannot answer.
        var stuck = InsertAsync(_own);
        Assert.True(await _foreign.LookAsync(TestContext.Current.CancellationToken));
        Assert.False(stuck.IsCompleted);
        Execute(lockHolder, "ROLLBACK");
        await stuck;
    }

    [Fact]
    public async Task After_a_failure_everything_may_have_changed()
    {
        await _foreign.LookAsync(Token);
        Assert.False(await _foreign.LookAsync(Token));
        // Its connection is closed under it.
        _foreign.Dispose();
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => _foreign.LookAsync(Token));
        Assert.True(await _foreign.LookAsync(Token));
        Assert.False(await _foreign.LookAsync(Token));
    }

    public async ValueTask DisposeAsync()
    {
        _foreign.Dispose();
        await _own.DisposeAsync();
        DirectoryRemoval.Remove(_directory.FullName);
    }

    private static Task<int> InsertAsync(MetadataStore store) => store.WriteAsync(session => session.Execute("INSERT INTO note (text) VALUES ('x')"));

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
