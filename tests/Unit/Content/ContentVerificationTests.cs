using Bistro.Builder.Content;
using Bistro.Model.Content;

namespace Bistro.Unit.Content;

public sealed class ContentVerificationTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    [Fact]
    public async Task What_this_process_wrote_is_verified_and_what_another_left_is_checked_once()
    {
        var digest = await Put("content");
        using (var reader = _fixture.Store.OpenRequired(digest))
            Assert.Null(reader.BeginCheck());

        using var later = ContentStore.Create(_fixture.Root);
        using (var reader = later.OpenRequired(digest))
        using (var check = reader.BeginCheck()!)
        {
            check.Append("content"u8);
            Assert.True(check.Passes());
        }
        using (var reader = later.OpenRequired(digest))
            Assert.True(reader.IsVerified);
    }

    [Fact]
    public async Task A_bit_that_flipped_unseen_is_found_before_the_last_byte_and_the_object_is_never_opened_again()
    {
        var digest = await Put("content");
        Change(digest, "Content", keepTimes: true);
        var corrupted = new List<Digest>();
        using var later = ContentStore.Create(_fixture.Root);
        later.Corrupted += corrupted.Add;
        using (var reader = later.OpenRequired(digest))
        using (var check = reader.BeginCheck()!)
        {
            check.Append("Content"u8);
            Assert.False(check.Passes());
        }
        Assert.Null(later.Open(digest));
        Assert.Null(later.Find(digest));
        Assert.Equal([digest], corrupted);
        Assert.True(File.Exists(later.Layout.Quarantined(digest)));
    }

    [Fact]
    public async Task A_verified_object_that_is_written_to_is_no_longer_verified()
    {
        var digest = await Put("content");
        Change(digest, "Content", keepTimes: true);
        using var reader = _fixture.Store.OpenRequired(digest);
        Assert.False(reader.IsVerified);
    }

    [Fact]
    public async Task An_object_that_was_written_to_is_read_in_full_before_it_is_opened()
    {
        var digest = await Put("content");
        Change(digest, "Content", keepTimes: false);
        Assert.Null(_fixture.Store.Open(digest));
        Assert.Null(_fixture.Store.Find(digest));
    }

    [Fact]
    public async Task A_sound_object_with_a_strange_time_is_trusted_after_it_was_read()
    {
        var digest = await Put("content");
        Change(digest, "content", keepTimes: false);
        using var reader = _fixture.Store.OpenRequired(digest);
        Assert.True(reader.IsVerified);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(ContentLayout.ObjectTime), File.GetLastWriteTimeUtc(_fixture.Store.Layout.Object(digest)));
    }

    [Fact]
    public async Task A_corrupt_object_that_is_written_again_is_whole_again()
    {
        var digest = await Put("content");
        Change(digest, "Content", keepTimes: false);
        Assert.Equal(digest, await Put("content"));
        Assert.Equal("content"u8, _fixture.Store.ReadAll(digest));
    }

    [Fact]
    public async Task A_small_object_is_checked_whenever_it_is_read_whole()
    {
        var digest = await Put("content");
        Change(digest, "Content", keepTimes: true);
        using var later = ContentStore.Create(_fixture.Root);
        Assert.Throws<ContentMissingException>(() => later.ReadAll(digest));
    }

    public void Dispose() => _fixture.Dispose();

    private async Task<Digest> Put(string content) =>
        (await _fixture.Store.PutAsync(System.Text.Encoding.UTF8.GetBytes(content), StoreFixture.Token)).Hash;

    private void Change(Digest digest, string content, bool keepTimes)
    {
        var path = _fixture.Store.Layout.Object(digest);
        var time = File.GetLastWriteTimeUtc(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, content);
        if (keepTimes)
            File.SetLastWriteTimeUtc(path, time);
    }
}
