using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Files;
using Bistro.Builder.Metadata;
using Bistro.Model.Content;

namespace Bistro.Unit.Metadata;

public sealed class MetadataStoreTests : IDisposable
{
    private static readonly MetadataSchema Notes = new("notes", ["CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT, digest BLOB)"]);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-metadata-");

    private string File => Path.Combine(_directory.FullName, "metadata.db");

    [Fact]
    public async Task What_was_written_is_there_after_reopening()
    {
        var digest = Digest.Of("x"u8);
        await using (var database = MetadataStore.Open(File, Notes))
            await Insert(database, "hello", digest);
        await using var reopened = MetadataStore.Open(File, Notes);
        Assert.Equal(("hello", digest), reopened.Read(session => session.First("SELECT text, digest FROM note", row => (row.GetString(0), row.GetDigest(1)))));
    }

    [Fact]
    public async Task A_write_that_throws_leaves_nothing_and_disturbs_no_other()
    {
        await using var database = MetadataStore.Open(File, Notes);
        var writes = Enumerable.Range(0, 100).Select(i => database.WriteAsync(session =>
        {
            session.Execute("INSERT INTO note (id, text) VALUES ($1, $2)", i, "text");
            if (i % 3 == 0)
                throw new InvalidOperationException("on purpose");
            return true;
        })).ToList();
        for (var i = 0; i < writes.Count; i++)
        {
            if (i % 3 == 0)
                await Assert.ThrowsAsync<InvalidOperationException>(() => writes[i]);
            else
                await writes[i];
        }
        Assert.Equal(66, database.Read(session => session.First("SELECT count(*) FROM note", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task A_reserve_that_cannot_be_used_fails_one_removal_and_no_later_write()
    {
        var faults = new FullDisk();
        using var content = ContentStore.Create(Path.Combine(_directory.FullName, "store"), faults: faults);
        await using var database = MetadataStore.Open(content, Notes);
        faults.IsFull = true;
        var failure = await Assert.ThrowsAsync<IOException>(() =>
            database.RemoveAsync(session => session.Execute("DELETE FROM note")).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.Equal("The reserve is broken.", failure.Message);
        faults.IsFull = false;
        await Insert(database, "later").WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Two_that_have_it_open_see_each_others_writes()
    {
        await using var first = MetadataStore.Open(File, Notes);
        await using var second = MetadataStore.Open(File, Notes);
        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Insert(first, "first"))),
            Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Insert(second, "second"))));
        Assert.Equal(100, first.Read(session => session.First("SELECT count(*) FROM note", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task New_steps_are_applied_to_an_existing_database_once()
    {
        await using (var old = MetadataStore.Open(File, Notes))
            await Insert(old, "kept");
        var grown = Notes with { Steps = Added("ALTER TABLE note ADD COLUMN colour TEXT DEFAULT 'red'") };
        await using (MetadataStore.Open(File, grown))
        {
        }
        await using var again = MetadataStore.Open(File, grown, new MetadataSchema("other", ["CREATE TABLE other (id INTEGER)"]));
        Assert.Equal("red", again.Read(session => session.List("SELECT colour FROM note WHERE text = 'kept'", row => row.GetString(0)).Single()));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_stays_as_it_is()
    {
        await using (MetadataStore.Open(File, Notes with { Steps = Added("CREATE TABLE future (id INTEGER)") }))
        {
        }
        var failure = Assert.Throws<UsageException>(() => MetadataStore.Open(File, Notes));
        Assert.Contains("newer Bistro", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named()
    {
        System.IO.File.WriteAllText(File, new string('x', 4096));
        Assert.Contains(File, Assert.Throws<IOException>(() => MetadataStore.Open(File, Notes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notes_are_written_at_the_latest_when_it_is_closed()
    {
        await using (var database = MetadataStore.Open(File, Notes))
            database.Note(session => session.Execute("INSERT INTO note (text) VALUES ('later')"));
        await using var reopened = MetadataStore.Open(File, Notes);
        Assert.True(reopened.Read(session => session.Any("SELECT 1 FROM note WHERE text = 'later'")));
    }

    [Fact]
    public async Task Absent_values_stay_absent()
    {
        await using var database = MetadataStore.Open(File, Notes);
        await Insert(database, null);
        Assert.True(database.Read(session => session.First("SELECT text, digest FROM note", row => row.GetOptionalString(0) is null && row.GetOptionalDigest(1) is null)));
        Assert.Null(database.Read(session => session.First("SELECT id FROM note WHERE id = 99", row => row.GetInt64(0))));
    }

    public void Dispose() => DirectoryRemoval.Remove(_directory.FullName);

    private static string[] Added(string step) => [.. Notes.Steps, step];

    private static Task<int> Insert(MetadataStore database, string? text, Digest? digest = null) =>
        database.WriteAsync(session => session.Execute("INSERT INTO note (text, digest) VALUES ($1, $2)", text, digest?.ToBytes()));

    /// <summary>A disk without room, on which the reserve cannot be released either.</summary>
    private sealed class FullDisk : IContentFaults
    {
        public bool IsFull { get; set; }

        public void Before(ContentStep step, string path)
        {
            if (IsFull && step == ContentStep.Commit)
                throw new DiskFullException(path);
            if (IsFull && step == ContentStep.Reserve)
                throw new IOException("The reserve is broken.");
        }
    }
}
