using System.Runtime.InteropServices;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Model.Content;

namespace Bistro.Unit.Content;

public sealed partial class ContentStoreTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    private ContentStore Store => _fixture.Store;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(3_000_000)]
    public async Task What_is_written_in_pieces_is_read_back_under_its_digest(int length)
    {
        var content = Bytes(length);
        await using var batch = Store.BeginBatch();
        await using var writer = batch.BeginObject();
        foreach (var piece in content.Chunk(40_000))
            await writer.WriteAsync(piece, StoreFixture.Token);
        var digest = await writer.FinishAsync(StoreFixture.Token);
        await batch.CommitAsync(StoreFixture.Token);

        Assert.Equal(new SizedDigest(Digest.Of(content), length), digest);
        Assert.Equal(content, Store.ReadAll(digest.Hash));
        Assert.Equal(length, Store.Find(digest.Hash));
    }

    [Fact]
    public async Task A_large_piece_is_hashed_and_written_as_one()
    {
        var content = Bytes(20_000_000);
        var digest = await Store.PutAsync(new MemoryStream(content), StoreFixture.Token);
        await using var batch = Store.BeginBatch();
        await using var writer = batch.BeginObject();
        await writer.WriteAsync(content.AsMemory(0, 7), StoreFixture.Token);
        await writer.WriteAsync(content.AsMemory(7), StoreFixture.Token);
        Assert.Equal(digest, await writer.FinishAsync(StoreFixture.Token));
        Assert.Equal(content, Store.ReadAll(digest.Hash));
    }

    [Fact]
    public async Task An_object_is_invisible_before_its_batch_is_committed()
    {
        await using var batch = Store.BeginBatch();
        var digest = batch.Add("hello"u8);
        Assert.Null(Store.Find(digest.Hash));
        Assert.Null(Store.Open(digest.Hash));
        await batch.CommitAsync(StoreFixture.Token);
        Assert.Equal("hello"u8, Store.ReadAll(digest.Hash));
    }

    [Fact]
    public async Task Content_whose_name_this_process_has_synced_is_not_synced_again()
    {
        var steps = new StepCounter();
        using var fixture = new StoreFixture(steps);
        foreach (var expected in new[] { 1, 1 })
        {
            await using var batch = fixture.Store.BeginBatch();
            batch.Add("hello"u8);
            await batch.CommitAsync(StoreFixture.Token);
            Assert.Equal(expected, steps.NameSyncs);
        }
    }

    [Fact]
    public async Task Content_that_another_process_has_just_named_is_synced_before_it_is_relied_on()
    {
        var steps = new StepCounter();
        using var fixture = new StoreFixture(steps);
        using (var other = ContentStore.Create(fixture.Root))
        {
            await using var named = other.BeginBatch();
            named.Add("hello"u8);
            await named.CommitAsync(StoreFixture.Token);
        }

        await using var batch = fixture.Store.BeginBatch();
        batch.Add("hello"u8);
        await batch.CommitAsync(StoreFixture.Token);
        Assert.Equal(1, steps.NameSyncs);
    }

    [Fact]
    public async Task A_batch_that_is_disposed_uncommitted_leaves_nothing()
    {
        await using (var batch = Store.BeginBatch())
        {
            batch.Add("small"u8);
            await using var finished = batch.BeginObject();
            await finished.WriteAsync(Bytes(100_000), StoreFixture.Token);
            await finished.FinishAsync(StoreFixture.Token);
            await using var unfinished = batch.BeginObject();
            await unfinished.WriteAsync(Bytes(100_001), StoreFixture.Token);
        }
        Assert.Equal(["lock"], Directory.EnumerateFileSystemEntries(Store.Temporary.Root).Select(Path.GetFileName));
        Assert.Empty(Objects());
    }

    [Fact]
    public async Task Equal_objects_are_kept_once_however_they_come()
    {
        var content = Bytes(300_000);
        var file = Path.Combine(_fixture.NewDirectory(), "file");
        await File.WriteAllBytesAsync(file, content, StoreFixture.Token);
        await using (var batch = Store.BeginBatch())
        {
            batch.Add(content);
            batch.Add(content);
            await batch.AddAsync(new MemoryStream(content), StoreFixture.Token);
            batch.AddFile(file, adopt: false, StoreFixture.Token);
            await batch.CommitAsync(StoreFixture.Token);
        }
        await Store.PutAsync(content, StoreFixture.Token);
        Assert.Single(Objects());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public async Task A_copied_file_stays_and_shares_no_inode(int length)
    {
        var content = Bytes(length);
        var file = Path.Combine(_fixture.NewDirectory(), "file");
        await File.WriteAllBytesAsync(file, content, StoreFixture.Token);
        var digest = await AddFile(file, adopt: false);
        await File.WriteAllTextAsync(file, "changed", StoreFixture.Token);
        Assert.Equal(content, Store.ReadAll(digest.Hash));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public async Task An_adopted_file_becomes_the_object(int length)
    {
        var content = Bytes(length);
        var file = Path.Combine(_fixture.NewDirectory(), "file");
        await File.WriteAllBytesAsync(file, content, StoreFixture.Token);
        var digest = await AddFile(file, adopt: true);
        Assert.False(File.Exists(file));
        Assert.Equal(content, Store.ReadAll(digest.Hash));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(Store.Layout.Object(digest.Hash)));
    }

    [Fact]
    public async Task A_file_with_a_second_name_is_copied_even_when_it_could_be_adopted()
    {
        var directory = _fixture.NewDirectory();
        var file = Path.Combine(directory, "file");
        await File.WriteAllTextAsync(file, "first", StoreFixture.Token);
        Assert.Equal(0, HardLink(file, Path.Combine(directory, "other")));
        var digest = await AddFile(file, adopt: true);
        await File.WriteAllTextAsync(Path.Combine(directory, "other"), "second", StoreFixture.Token);
        Assert.Equal("first"u8, Store.ReadAll(digest.Hash));
    }

    [Fact]
    public async Task Many_objects_of_one_batch_are_committed_together()
    {
        await using var batch = Store.BeginBatch();
        var digests = new SizedDigest[500];
        Parallel.For(0, digests.Length, i => digests[i] = batch.Add(Encoding.UTF8.GetBytes($"object {i}")));
        await batch.CommitAsync(StoreFixture.Token);
        Assert.All(digests, digest => Assert.Equal(digest.Size, Store.Find(digest.Hash)));
    }

    [Fact]
    public async Task Concurrent_commits_all_end()
    {
        var puts = Enumerable.Range(0, 200).Select(i => Store.PutAsync(Encoding.UTF8.GetBytes($"{i / 2}"), StoreFixture.Token).AsTask());
        var digests = await Task.WhenAll(puts);
        Assert.Equal(100, digests.Distinct().Count());
        Assert.All(digests, digest => Assert.NotNull(Store.Find(digest.Hash)));
    }

    [Fact]
    public void An_object_that_is_not_there_is_no_error() => Assert.Null(Store.Open(Digest.Of("nothing"u8)));

    [Fact]
    public void A_required_object_that_is_not_there_is_named()
    {
        var digest = Digest.Of("nothing"u8);
        Assert.Contains(digest.Hex, Assert.Throws<ContentMissingException>(() => Store.OpenRequired(digest)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_dead_process_left_is_swept_and_what_a_living_one_writes_stays()
    {
        var dead = Directory.CreateDirectory(Path.Combine(Store.Layout.Temporary, "1-dead"));
        File.WriteAllText(Path.Combine(dead.FullName, "1"), "half");
        using var second = ContentStore.Create(_fixture.Root);
        Assert.False(dead.Exists && Directory.Exists(dead.FullName));
        Assert.True(Directory.Exists(Store.Temporary.Root));
    }

    [Fact]
    public void A_scratch_directory_goes_even_when_a_build_made_it_read_only()
    {
        string location;
        using (var scratch = Store.Temporary.NewDirectory())
        {
            location = scratch.Location;
            Directory.CreateDirectory(Path.Combine(location, "a/b"));
            File.SetUnixFileMode(Path.Combine(location, "a"), UnixFileMode.UserRead);
        }
        Assert.False(Directory.Exists(location));
    }

    public void Dispose() => _fixture.Dispose();

    private async Task<SizedDigest> AddFile(string file, bool adopt)
    {
        await using var batch = Store.BeginBatch();
        var digest = batch.AddFile(file, adopt, StoreFixture.Token);
        await batch.CommitAsync(StoreFixture.Token);
        return digest;
    }

    private IEnumerable<string> Objects() => Store.Layout.Shards.SelectMany(Directory.EnumerateFiles);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string target, string path);

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private sealed class StepCounter : IContentFaults
    {
        public int NameSyncs { get; private set; }

        public void Before(ContentStep step, string path) => NameSyncs += step == ContentStep.SyncNames ? 1 : 0;
    }
}
