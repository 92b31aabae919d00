using Bistro.Builder.Content;
using Bistro.Builder.Trees;
using Bistro.Builder.Upkeep;
using Bistro.Model.Content;

namespace Bistro.Unit.Upkeep;

public sealed class ScrubberTests : IAsyncDisposable
{
    private readonly UpkeepFixture _fixture = new();

    [Fact]
    public async Task A_sound_store_is_clean()
    {
        await _fixture.Artifact("hello", "text");
        var report = await Scrub();
        Assert.True(report.IsClean);
        Assert.Equal(_fixture.Objects.Count(), report.Objects);
    }

    [Fact]
    public async Task A_flipped_bit_is_found_and_what_needed_it_is_forgotten_so_that_it_is_built_again()
    {
        var files = await _fixture.Artifact("hello", "text");
        await _fixture.Artifact("other", "sound");
        FlipBit(Content(files));
        var report = await Scrub();
        Assert.Equal([Content(files)], report.Corrupt);
        Assert.StartsWith("artifact p/hello/", Assert.Single(report.Forgotten).Name, StringComparison.Ordinal);
        Assert.False(_fixture.HasArtifact("hello"));
        Assert.True(_fixture.HasArtifact("other"));
        Assert.True(File.Exists(_fixture.Store.Layout.Quarantined(Content(files))));
        Assert.True((await Scrub()).IsClean);
    }

    [Fact]
    public async Task A_missing_directory_below_two_artifacts_is_missed_by_both()
    {
        await _fixture.Artifact("one", "same");
        var files = await _fixture.Artifact("two", "same");
        File.Delete(_fixture.Store.Layout.Object(Content(files)));
        Assert.Equal(2, (await Scrub()).Forgotten.Count);
    }

    [Fact]
    public async Task What_cannot_be_made_again_is_reported_and_stays_recorded()
    {
        var pushed = await _fixture.Store.PutAsync("pushed"u8.ToArray(), UpkeepFixture.Token);
        FlipBit(pushed.Hash);
        var holder = new Pushes(new HeldContent { Name = "manifest m", Content = [ContentReference.Object(pushed.Hash)] });
        var report = await new Scrubber(_fixture.Store, [holder]).RunAsync(UpkeepFixture.Token);
        Assert.Equal("manifest m", Assert.Single(report.Damaged).Name);
        Assert.False(report.IsClean);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private Task<ScrubReport> Scrub() => new Scrubber(_fixture.Store, _fixture.Holders).RunAsync(UpkeepFixture.Token);

    private Digest Content(Digest tree) => ((FileNode)_fixture.Trees.Find(tree, "/file")!).Content.Hash;

    // As a failing disk does it: the file's times tell nothing.
    private void FlipBit(Digest digest)
    {
        var path = _fixture.Store.Layout.Object(digest);
        var bytes = File.ReadAllBytes(path);
        bytes[0] ^= 1;
        var (mode, time) = (File.GetUnixFileMode(path), File.GetLastWriteTimeUtc(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(path, bytes);
        File.SetUnixFileMode(path, mode);
        File.SetLastWriteTimeUtc(path, time);
    }

    private sealed class Pushes(HeldContent pushed) : IContentHolder
    {
        public IEnumerable<HeldContent> List() => [pushed];

        public Task ForgetAsync(IReadOnlyList<HeldContent> things, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("What may not be evicted must not be forgotten.");
    }
}
