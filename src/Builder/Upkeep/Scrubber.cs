using System.Collections.Concurrent;
using Bistro.Builder.Content;
using Bistro.Model.Content;

namespace Bistro.Builder.Upkeep;

/// <summary>
/// Reads every object again while other work goes on. A corrupt object is moved to quarantine. Things that need it and can be
/// made again are forgotten, so that they are made when they are requested; the others are reported.
/// </summary>
public sealed class Scrubber(ContentStore store, IReadOnlyList<IContentHolder> holders)
{
    public async Task<ScrubReport> RunAsync(CancellationToken cancellationToken)
    {
        var (objects, bytes, corrupt) = await Task.Run(() => ReadObjects(cancellationToken), cancellationToken);
        var (forgotten, damaged) = await MendAsync(cancellationToken);
        return new ScrubReport(objects, bytes, corrupt, forgotten, damaged);
    }

    /// <summary>Forgets things that lack content and can be made again, without reading the content that exists.</summary>
    public async Task<(IReadOnlyList<HeldContent> Forgotten, IReadOnlyList<HeldContent> Damaged)> MendAsync(CancellationToken cancellationToken)
    {
        var marked = new Reachability(store);
        var (forgotten, damaged) = (new List<HeldContent>(), new List<HeldContent>());
        foreach (var holder in holders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var incomplete = holder.List().Where(thing => !marked.Mark(thing.Content)).ToLookup(thing => thing.IsEvictable);
            damaged.AddRange(incomplete[false]);
            if (incomplete[true].Any())
                await holder.ForgetAsync([.. incomplete[true]], cancellationToken);
            forgotten.AddRange(incomplete[true]);
        }
        return (forgotten, damaged);
    }

    private (long Objects, long Bytes, IReadOnlyList<Digest> Corrupt) ReadObjects(CancellationToken cancellationToken)
    {
        var corrupt = new ConcurrentBag<Digest>();
        var (objects, bytes) = (0L, 0L);
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(Enumerable.Range(0, ContentLayout.ShardCount).SelectMany(store.Layout.Objects), options, digest =>
        {
            var length = store.DiskBytes(digest) ?? 0;
            if (store.Verify(digest, cancellationToken) is not { } isWhole)
                return;
            Interlocked.Increment(ref objects);
            Interlocked.Add(ref bytes, length);
            if (!isWhole)
                corrupt.Add(digest);
        });
        return (objects, bytes, [.. corrupt.Order()]);
    }
}

/// <summary>What a scrub found.</summary>
/// <param name="Objects">How many were read.</param>
/// <param name="Bytes">Their room on the disk.</param>
/// <param name="Corrupt">Objects whose bytes had another digest; they are in quarantine.</param>
/// <param name="Forgotten">Things that lacked content and can be made again, when they are asked for.</param>
/// <param name="Damaged">Things that lack content which only their makers can bring again, by pushing it.</param>
public sealed record ScrubReport(
    long Objects, long Bytes, IReadOnlyList<Digest> Corrupt, IReadOnlyList<HeldContent> Forgotten, IReadOnlyList<HeldContent> Damaged)
{
    public bool IsClean => Corrupt.Count == 0 && Forgotten.Count == 0 && Damaged.Count == 0;
}
