using System.Text;
using Bistro.Builder.Artifacts;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Builder.Upkeep;
using Bistro.Model.Content;

namespace Bistro.Victim;

/// <summary>What the victim is at when it dies.</summary>
internal static class Scenarios
{
    private const int LargeObject = 200_000;

    /// <summary>Writes objects, by themselves and in a batch, and records a tree; prints each digest when it is acknowledged.</summary>
    public static async Task WriteAsync(string root, IContentFaults faults)
    {
        using var store = ContentStore.Create(root, faults: faults);
        await using var metadata = MetadataStore.Open(store.Layout.Metadata, TreeTable.Schema);
        Acknowledge(await store.PutAsync("one"u8.ToArray(), CancellationToken.None));
        Acknowledge(await store.PutAsync(new MemoryStream(new byte[LargeObject]), CancellationToken.None));

        await using var batch = store.BeginBatch();
        var digests = Enumerable.Range(0, 3).Select(i => batch.Add(Encoding.UTF8.GetBytes($"batch {i}"))).ToList();
        digests.Add(batch.Add("one"u8));
        await batch.CommitAsync(CancellationToken.None);
        digests.ForEach(Acknowledge);

        await new TreeTable(metadata, store, TimeProvider.System).PutAsync("recorded", digests[0].Hash);
        Console.WriteLine("recorded");
    }

    /// <summary>Collects garbage two hours from now.</summary>
    public static async Task CollectAsync(string root, IContentFaults faults)
    {
        var time = new TwoHoursLater();
        using var store = ContentStore.Create(root, time, faults);
        await using var metadata = MetadataStore.Open(store.Layout.Metadata, TreeTable.Schema);
        var collector = new GarbageCollector(store, [new TreeTable(metadata, store, time)], time);
        await collector.RunAsync(CollectionOptions.Default, CancellationToken.None);
    }

    /// <summary>Releases the reserve, and makes it again.</summary>
    public static Task ReserveAsync(string root, IContentFaults faults)
    {
        using var store = ContentStore.Create(root, faults: faults);
        store.Reserve.Use(() => true);
        store.Reserve.TryMake();
        return Task.CompletedTask;
    }

    private static void Acknowledge(SizedDigest digest) => Console.WriteLine(digest.Hash.Hex);

    private sealed class TwoHoursLater : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(2);
    }
}
