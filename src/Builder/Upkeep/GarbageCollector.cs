using Bistro.Builder.Content;
using Bistro.Builder.Coordination;
using Bistro.Model.Content;

namespace Bistro.Builder.Upkeep;

/// <summary>
/// Removes what is not needed, while other work goes on. Mark: everything that holders list and leases hold, with all
/// content below it. Evict: to meet a quota, the things that cost least to make again. Sweep: what is not marked and was not
/// claimed for a while. New objects are young, an object that is reused is claimed, and long work holds a lease; so
/// everything that is needed is marked, young or held at any moment.
/// </summary>
public sealed class GarbageCollector(ContentStore store, IReadOnlyList<IContentHolder> holders, TimeProvider time)
{
    private const string Lock = "garbage collection";

    // Each second of build time keeps a thing for ten minutes longer.
    private const double KeptPerCost = 600;

    // Claims wait while a slice is removed.
    private const int SliceSize = 64;

    private readonly KeyLocks _locks = new(store.Layout.Locks, time);

    /// <summary>What a collection would do now.</summary>
    public CollectionReport Plan(CollectionOptions options, CancellationToken cancellationToken)
    {
        var unclaimedSince = time.GetUtcNow() - options.Grace;
        var (marked, evicted) = Mark(options, cancellationToken);
        return Sweep(marked, evicted, unclaimedSince, isDryRun: true, cancellationToken);
    }

    /// <summary>Collects garbage. Returns null when another process is collecting.</summary>
    public async Task<CollectionReport?> RunAsync(CollectionOptions options, CancellationToken cancellationToken)
    {
        using var alone = store.Reserve.WithRoom(() => _locks.TryAcquire(Lock));
        if (alone is null)
            return null;
        await Task.Yield();
        var unclaimedSince = time.GetUtcNow() - options.Grace;
        var (marked, evicted) = Mark(options, cancellationToken);
        var gone = await EvictAsync(marked, evicted, cancellationToken);
        var report = Sweep(marked, gone, unclaimedSince, isDryRun: false, cancellationToken);
        store.Reserve.TryMake();
        return report;
    }

    private (Reachability Marked, List<Entry> Evicted) Mark(CollectionOptions options, CancellationToken cancellationToken)
    {
        var (leased, entries) = Snapshot();
        var marked = new Reachability(store);
        Mark(marked, leased, entries, cancellationToken);
        if (options.Quota is not { } quota || marked.Bytes <= quota * options.HighWatermark)
            return (marked, []);

        // Over the quota: mark again, first what must stay, then as much as there is room for.
        var limit = (long)(quota * options.LowWatermark);
        marked = new Reachability(store);
        Mark(marked, leased, entries.Where(entry => !entry.Thing.IsEvictable), cancellationToken);
        var evicted = new List<Entry>();
        foreach (var entry in entries.Where(entry => entry.Thing.IsEvictable).OrderByDescending(Value))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!marked.TryMark(entry.Thing.Content, limit))
                evicted.Add(entry);
        }
        evicted.Reverse();
        return (marked, evicted);
    }

    // No lease ends between the two readings: what was made under a lease is either listed or held.
    private (IReadOnlyList<ContentReference> Leased, List<Entry> Entries) Snapshot()
    {
        using var leases = store.Leases.Read();
        return (leases.Held, [.. holders.SelectMany(holder => holder.List().Select(thing => new Entry(holder, thing)))]);
    }

    private static void Mark(
        Reachability marked, IEnumerable<ContentReference> leased, IEnumerable<Entry> entries, CancellationToken cancellationToken)
    {
        marked.Mark(leased);
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            marked.Mark(entry.Thing.Content);
        }
    }

    // A process that uses one of them either has a lease by now, and it stays, or looks it up later and does not find it.
    private async Task<List<Entry>> EvictAsync(Reachability marked, List<Entry> evicted, CancellationToken cancellationToken)
    {
        if (evicted.Count == 0)
            return evicted;
        using var leases = store.Leases.Read();
        var held = leases.Held.ToHashSet();
        marked.Mark(held);
        var gone = new List<Entry>();
        foreach (var entry in evicted)
        {
            if (entry.Thing.Content.Any(held.Contains))
                marked.Mark(entry.Thing.Content);
            else
                gone.Add(entry);
        }
        foreach (var byHolder in gone.GroupBy(entry => entry.Holder))
            await byHolder.Key.ForgetAsync([.. byHolder.Select(entry => entry.Thing)], cancellationToken);
        return gone;
    }

    private CollectionReport Sweep(
        Reachability marked, List<Entry> evicted, DateTimeOffset unclaimedSince, bool isDryRun, CancellationToken cancellationToken)
    {
        var (removed, kept) = (new Tally(), new Tally { Objects = marked.Count, Bytes = marked.Bytes });
        for (var shard = 0; shard < ContentLayout.ShardCount; shard++)
        {
            foreach (var slice in store.Layout.Objects(shard).Where(digest => !marked.Contains(digest)).Chunk(SliceSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var garbage = slice.Where(digest => Count(digest, unclaimedSince, removed, kept)).ToList();
                if (!isDryRun)
                    store.Remove(garbage, unclaimedSince);
            }
        }
        return new CollectionReport([.. evicted.Select(entry => entry.Thing)], removed.Objects, removed.Bytes, kept.Objects, kept.Bytes);
    }

    private bool Count(Digest digest, DateTimeOffset unclaimedSince, Tally removed, Tally kept)
    {
        if (store.UnclaimedBytes(digest, unclaimedSince) is { } garbage)
        {
            removed.Add(garbage);
            return true;
        }
        if (store.DiskBytes(digest) is { } young)
            kept.Add(young);
        return false;
    }

    private static DateTimeOffset Value(Entry entry) => entry.Thing.LastUse!.Value + (KeptPerCost * entry.Thing.Cost);

    private readonly record struct Entry(IContentHolder Holder, HeldContent Thing);

    private sealed class Tally
    {
        public long Objects { get; set; }

        public long Bytes { get; set; }

        public void Add(long bytes) => (Objects, Bytes) = (Objects + 1, Bytes + bytes);
    }
}
