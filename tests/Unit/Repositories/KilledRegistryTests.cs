using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Builder.Upkeep;
using Bistro.Registry.Names;
using Bistro.Registry.Repositories;
using Bistro.Registry.Upkeep;
using Bistro.Unit.Content;

namespace Bistro.Unit.Repositories;

/// <summary>A registry is killed at each step of pushes, deletions and a collection: what it acknowledged holds.</summary>
public sealed class KilledRegistryTests : IDisposable
{
    private readonly VictimRuns _victim = new();

    [Fact]
    public async Task Killed_at_any_step_a_registry_has_what_it_acknowledged_and_nothing_half_written()
    {
        var steps = await _victim.KillAtEachStepAsync("push", _ => Task.CompletedTask, CheckAsync);
        Assert.InRange(steps, 25, VictimRuns.MostSteps);
    }

    public void Dispose() => _victim.Dispose();

    private static async Task CheckAsync(ContentStore store, IReadOnlyList<string> lines)
    {
        await using var metadata = MetadataStore.Open(store.Layout.Metadata, RepositorySchema.Schema);
        var repositories = new RepositoryStore(metadata, TimeProvider.System);
        var acknowledged = lines.Select(line => line.Split(' ')).ToList();
        foreach (var words in acknowledged)
            Assert.True(Holds(words), string.Join(' ', words));

        // Whatever is on record is whole, acknowledged or not.
        var report = await new Scrubber(store, [new RepositoryContent(metadata)]).RunAsync(TestContext.Current.CancellationToken);
        Assert.True(report.IsClean);
        foreach (var tag in new[] { "kept", "dropped" })
            if (repositories.FindTag(RepositoryName.Parse("a"), tag) is { } entry)
                Assert.True(repositories.HasManifest(RepositoryName.Parse("a"), entry.Digest) && store.Find(entry.Digest) is not null);

        bool Holds(string[] words) => words switch
        {
            ["blob", var name, var digest] => IsUndone("unlinked", name, digest) || HasBlob(name, digest),
            ["tag", var name, var tag] => IsUndone("untagged", name, tag) || repositories.FindTag(RepositoryName.Parse(name), tag) is not null,
            ["unlinked", var name, var digest] => !HasBlob(name, digest),
            ["untagged", var name, var tag] => repositories.FindTag(RepositoryName.Parse(name), tag) is null,
            _ => words is ["collected"],
        };

        // The next request may have been done without being acknowledged.
        bool IsUndone(string word, string name, string what) =>
            acknowledged.Any(words => words.SequenceEqual([word, name, what])) || acknowledged.Count == LinesBefore(word);

        bool HasBlob(string name, string text) =>
            OciDigest.TryParse(text, out var digest)
            && repositories.HasBlob(RepositoryName.Parse(name), digest.Sha256) && store.Find(digest.Sha256) is not null;
    }

    /// <summary>How many requests are acknowledged when the one that undoes something is under way.</summary>
    private static int LinesBefore(string word) => word == "untagged" ? 5 : 6;
}
