using Bistro.Builder.Artifacts;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Builder.Trees;
using Bistro.Builder.Upkeep;
using Bistro.Model.Content;

namespace Bistro.Unit.Content;

/// <summary>A real process is killed at each step of its writes, one after the other; then the store is opened again.</summary>
public sealed class KilledProcessTests : IDisposable
{
    private readonly VictimRuns _victim = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_step_of_writing_a_store_has_what_was_acknowledged_and_nothing_half_written()
    {
        var steps = await _victim.KillAtEachStepAsync("write", _ => Task.CompletedTask, async (store, lines) =>
        {
            Assert.All(lines.Where(line => line.Length == 64), hex => Assert.NotNull(store.Find(Digest.ParseHex(hex))));
            await using var metadata = MetadataStore.Open(store.Layout.Metadata, TreeTable.Schema);
            if (lines.Contains("recorded"))
                Assert.NotNull(new TreeTable(metadata, store, TimeProvider.System).Find("recorded"));
            Assert.True((await new Scrubber(store, []).RunAsync(Token)).IsClean);
        });
        Assert.InRange(steps, 20, VictimRuns.MostSteps);
    }

    [Fact]
    public async Task Killed_at_any_step_of_a_collection_a_store_has_what_was_kept()
    {
        var kept = default(Digest);
        var steps = await _victim.KillAtEachStepAsync(
            "collect",
            async store =>
            {
                kept = await PrepareAsync(store);
            },
            async (store, _) =>
            {
                await using var metadata = MetadataStore.Open(store.Layout.Metadata, TreeTable.Schema);
                var cache = new TreeTable(metadata, store, TimeProvider.System);
                Assert.Equal(kept, cache.Find("kept"));
                Assert.True((await new Scrubber(store, [cache]).RunAsync(Token)).IsClean);
            });
        Assert.Equal(5, steps);
    }

    public void Dispose() => _victim.Dispose();

    private async Task<Digest> PrepareAsync(ContentStore store)
    {
        var file = Path.Combine(_victim.Directory, "file");
        await File.WriteAllTextAsync(file, "kept", Token);
        using var trees = new TreeStore(store);
        var tree = await trees.CaptureAsync(file, CaptureOptions.Default, Token);
        await using var metadata = MetadataStore.Open(store.Layout.Metadata, TreeTable.Schema);
        await new TreeTable(metadata, store, TimeProvider.System).PutAsync("kept", tree);
        foreach (var garbage in new byte[] { 1, 2, 3, 4 })
            await store.PutAsync(new[] { garbage }, Token);
        return tree;
    }
}
