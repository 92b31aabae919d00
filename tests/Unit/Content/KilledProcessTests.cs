using System.Diagnostics;
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
    // Far more than there are steps: a scenario that never ends is a fault of the test.
    private const int MostSteps = 100;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-killed-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_step_of_writing_a_store_has_what_was_acknowledged_and_nothing_half_written()
    {
        var steps = await KillAtEachStep("write", _ => Task.CompletedTask, async (store, lines) =>
        {
            Assert.All(lines.Where(line => line.Length == 64), hex => Assert.NotNull(store.Find(Digest.ParseHex(hex))));
            await using var metadata = MetadataStore.Open(store.Layout.Metadata, TreeCache.Schema);
            if (lines.Contains("recorded"))
                Assert.NotNull(new TreeCache(metadata, store, TimeProvider.System).Find("recorded"));
            Assert.True((await new Scrubber(store, []).RunAsync(Token)).IsClean);
        });
        Assert.InRange(steps, 20, MostSteps);
    }

    [Fact]
    public async Task Killed_at_any_step_of_a_collection_a_store_has_what_was_kept()
    {
        var kept = default(Digest);
        var steps = await KillAtEachStep(
            "collect",
            async store =>
            {
                kept = await PrepareAsync(store);
            },
            async (store, _) =>
            {
                await using var metadata = MetadataStore.Open(store.Layout.Metadata, TreeCache.Schema);
                var cache = new TreeCache(metadata, store, TimeProvider.System);
                Assert.Equal(kept, cache.Find("kept"));
                Assert.True((await new Scrubber(store, [cache]).RunAsync(Token)).IsClean);
            });
        Assert.Equal(5, steps);
    }

    public void Dispose() => DirectoryRemoval.Remove(_directory.FullName);

    private async Task<Digest> PrepareAsync(ContentStore store)
    {
        var file = Path.Combine(_directory.FullName, "file");
        await File.WriteAllTextAsync(file, "kept", Token);
        using var trees = new TreeStore(store);
        var tree = await trees.CaptureAsync(file, CaptureOptions.Default, Token);
        await using var metadata = MetadataStore.Open(store.Layout.Metadata, TreeCache.Schema);
        await new TreeCache(metadata, store, TimeProvider.System).PutAsync("kept", tree);
        foreach (var garbage in new byte[] { 1, 2, 3, 4 })
            await store.PutAsync(new[] { garbage }, Token);
        return tree;
    }

    /// <returns>The number of the first step that was not reached.</returns>
    private async Task<int> KillAtEachStep(string scenario, Func<ContentStore, Task> prepare, Func<ContentStore, IReadOnlyList<string>, Task> check)
    {
        for (var step = 1; step <= MostSteps; step++)
        {
            var root = Path.Combine(_directory.FullName, $"{scenario}{step}");
            using (var fresh = ContentStore.Create(root))
                await prepare(fresh);
            var (lines, exitCode) = await RunVictimAsync(scenario, root, step);
            using (var store = ContentStore.Create(root))
            {
                Assert.Equal(["lock", Path.GetFileName(store.Temporary.Root)], Directory.EnumerateFileSystemEntries(store.Layout.Temporary).Select(Path.GetFileName).OrderDescending());
                await check(store, lines);
            }
            if (exitCode == 0)
                return step;
            Assert.Equal(128 + 9, exitCode);
        }
        return MostSteps + 1;
    }

    private static async Task<(IReadOnlyList<string> Lines, int ExitCode)> RunVictimAsync(string scenario, string root, int step)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "Bistro.Victim.dll"), scenario, root, $"{step}" })
            start.ArgumentList.Add(argument);
        using var victim = Process.Start(start)!;
        var output = await victim.StandardOutput.ReadToEndAsync(Token);
        await victim.WaitForExitAsync(Token);
        return (output.Split('\n', StringSplitOptions.RemoveEmptyEntries), victim.ExitCode);
    }
}
