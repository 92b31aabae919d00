using Bistro.Builder.Artifacts;
using Bistro.Builder.Content;
using Bistro.Builder.Coordination;
using Bistro.Builder.Upkeep;

namespace Bistro.Unit.Upkeep;

public sealed class GarbageCollectorTests : IAsyncDisposable
{
    private static readonly TimeSpan Later = TimeSpan.FromHours(2);

    private readonly UpkeepFixture _fixture = new();

    [Fact]
    public async Task Unreferenced_content_is_removed_and_referenced_content_stays_whole()
    {
        var files = await _fixture.Artifact("hello", "kept");
        var source = await _fixture.Tree("source");
        await _fixture.Sources.PutAsync("key", source);
        var log = await _fixture.Store.PutAsync("log"u8.ToArray(), UpkeepFixture.Token);
        await _fixture.History.AddAsync(new BuildRecord("p", "e", "k", DateTimeOffset.UnixEpoch, TimeSpan.Zero, null, log.Hash));
        var garbage = await _fixture.Tree("garbage");

        _fixture.Time.Advance(Later);
        var report = await Collect();

        Assert.Equal(2, report.RemovedObjects);
        Assert.False(_fixture.IsWhole(garbage));
        Assert.True(_fixture.IsWhole(files) && _fixture.IsWhole(source) && _fixture.HasArtifact("hello"));
        Assert.NotNull(_fixture.Store.Find(log.Hash));
        Assert.Equal(_fixture.Objects.Count(), report.KeptObjects);
    }

    [Fact]
    public async Task A_plan_reports_what_a_collection_would_do_and_does_nothing()
    {
        await _fixture.Artifact("hello", "kept");
        await _fixture.Tree("garbage");
        _fixture.Time.Advance(Later);
        var before = _fixture.Objects.ToList();
        var plan = _fixture.Collector.Plan(CollectionOptions.Default, UpkeepFixture.Token);
        Assert.Equal(before, _fixture.Objects);
        Assert.Equal(2, plan.RemovedObjects);
        Assert.Equal(plan with { Evicted = [] }, await Collect() with { Evicted = [] });
    }

    [Fact]
    public async Task Young_garbage_stays_since_its_writer_may_be_about_to_refer_to_it()
    {
        var garbage = await _fixture.Tree("garbage");
        Assert.Equal(0, (await Collect()).RemovedObjects);
        Assert.True(_fixture.IsWhole(garbage));
    }

    [Fact]
    public async Task Old_garbage_that_is_written_again_is_young_again()
    {
        var garbage = await _fixture.Tree("garbage");
        _fixture.Time.Advance(Later);
        Assert.Equal(garbage, await _fixture.Tree("garbage"));
        Assert.Equal(0, (await Collect()).RemovedObjects);
        _fixture.Time.Advance(Later);
        Assert.Equal(2, (await Collect()).RemovedObjects);
    }

    [Fact]
    public async Task What_a_long_batch_found_at_its_beginning_is_claimed_again_at_its_end()
    {
        var old = await _fixture.Store.PutAsync("old"u8.ToArray(), UpkeepFixture.Token);
        _fixture.Time.Advance(Later);
        await using var batch = _fixture.Store.BeginBatch();
        batch.Add("old"u8);
        var fresh = batch.Add("fresh"u8);
        _fixture.Time.Advance(Later);
        await batch.CommitAsync(UpkeepFixture.Token);
        Assert.Equal(0, (await Collect()).RemovedObjects);
        Assert.NotNull(_fixture.Store.Find(old.Hash));
        Assert.NotNull(_fixture.Store.Find(fresh.Hash));
    }

    [Fact]
    public async Task A_long_batch_whose_find_was_collected_meanwhile_is_not_committed()
    {
        var old = await _fixture.Store.PutAsync("old"u8.ToArray(), UpkeepFixture.Token);
        await using var batch = _fixture.Store.BeginBatch();
        batch.Add("old"u8);
        _fixture.Time.Advance(Later);
        await Collect();
        var failure = await Assert.ThrowsAsync<ContentMissingException>(() => batch.CommitAsync(UpkeepFixture.Token).AsTask());
        Assert.Equal(old.Hash, failure.Digest);
    }

    [Fact]
    public async Task What_a_lease_holds_stays_until_it_ends()
    {
        var tree = await _fixture.Tree("held");
        _fixture.Time.Advance(Later);
        using (_fixture.Store.Leases.Hold([ContentReference.Tree(tree)]))
        {
            await Collect();
            Assert.True(_fixture.IsWhole(tree));
        }
        await Collect();
        Assert.False(_fixture.IsWhole(tree));
    }

    [Fact]
    public async Task The_lease_of_a_dead_process_holds_nothing()
    {
        var tree = await _fixture.Tree("held");
        var lease = Path.Combine(_fixture.Store.Layout.Leases, "1-dead");
        await File.WriteAllTextAsync(lease, $"tree {tree.Hex}\n", UpkeepFixture.Token);
        _fixture.Time.Advance(Later);
        await Collect();
        Assert.False(_fixture.IsWhole(tree));
        Assert.False(File.Exists(lease));
    }

    [Fact]
    public async Task Over_the_quota_what_was_not_used_for_longest_goes_until_the_low_watermark()
    {
        foreach (var name in new[] { "oldest", "older", "newer", "newest" })
        {
            await _fixture.Artifact(name, name + new string('x', 1_000_000));
            _fixture.Time.Advance(Later);
        }
        var report = await Collect(3_600_000);
        Assert.Equal(["artifact p/oldest", "artifact p/older"], report.Evicted.Select(thing => thing.Name[..thing.Name.LastIndexOf('/')]));
        Assert.True(!_fixture.HasArtifact("oldest") && !_fixture.HasArtifact("older"));
        Assert.True(_fixture.HasArtifact("newer") && _fixture.HasArtifact("newest"));
        Assert.InRange(report.KeptBytes, 2_000_000, 2_700_000);
    }

    [Fact]
    public async Task Below_the_high_watermark_nothing_is_evicted()
    {
        await _fixture.Artifact("one", "1" + new string('x', 1_000_000));
        await _fixture.Artifact("two", "2" + new string('x', 1_000_000));
        Assert.Empty((await Collect(2_400_000)).Evicted);
    }

    [Fact]
    public async Task What_took_long_to_build_outlives_what_is_made_again_quickly()
    {
        await _fixture.Artifact("compiler", "c" + new string('x', 1_000_000), TimeSpan.FromHours(1));
        _fixture.Time.Advance(Later);
        await _fixture.Artifact("script", "s" + new string('x', 1_000_000), TimeSpan.FromSeconds(1));
        _fixture.Time.Advance(Later);
        await Collect(2_000_000);
        Assert.True(_fixture.HasArtifact("compiler"));
        Assert.False(_fixture.HasArtifact("script"));
    }

    [Fact]
    public async Task What_a_running_job_holds_is_not_evicted()
    {
        var held = await _fixture.Artifact("held", "1" + new string('x', 1_000_000));
        _fixture.Time.Advance(Later);
        await _fixture.Artifact("other", "2" + new string('x', 1_000_000));
        _fixture.Time.Advance(Later);
        using var lease = _fixture.Store.Leases.Hold([ContentReference.Tree(held)]);
        await Collect(2_000_000);
        Assert.True(_fixture.HasArtifact("held") && _fixture.IsWhole(held));
        Assert.False(_fixture.HasArtifact("other"));
    }

    [Fact]
    public async Task Only_one_process_collects_at_a_time()
    {
        using var other = new KeyLocks(_fixture.Store.Layout.Locks, _fixture.Time).TryAcquire("garbage collection");
        Assert.Null(await _fixture.Collector.RunAsync(CollectionOptions.Default, UpkeepFixture.Token));
    }

    [Fact]
    public void A_grace_that_claims_cannot_keep_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CollectionOptions { Grace = TimeSpan.FromMinutes(5) });

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private async Task<CollectionReport> Collect(long? quota = null) =>
        (await _fixture.Collector.RunAsync(CollectionOptions.Default with { Quota = quota }, UpkeepFixture.Token))!;
}
