using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Builder.Upkeep;

namespace Bistro.Registry.Upkeep;

/// <summary>Garbage collection and verification of a store, while other processes use it.</summary>
/// <param name="content">The store.</param>
/// <param name="metadata">Its database, including the tables of the repositories.</param>
/// <param name="holders">The owners of content besides the repositories.</param>
/// <param name="options">What may be removed, and when.</param>
/// <param name="time">The store's clock.</param>
public sealed class Housekeeping(
    ContentStore content, MetadataStore metadata, IEnumerable<IContentHolder> holders, CacheOptions options, TimeProvider time)
{
    private readonly IReadOnlyList<IContentHolder> _holders = [.. holders, new RepositoryContent(metadata)];

    private GarbageCollector Collector => new(content, _holders, time);

    /// <summary>What a collection would remove now, except links of unfinished pushes.</summary>
    public CollectionReport Plan(CancellationToken cancellationToken) => Collector.Plan(options.Collection, cancellationToken);

    /// <summary>Removes leftovers of unfinished pushes, then unused content; null if another process is collecting.</summary>
    public async Task<CollectionReport?> CollectAsync(CancellationToken cancellationToken)
    {
        var abandoned = time.GetUtcNow() - options.UploadExpiry;
        var links = new AbandonedLinks(metadata, content);
        await links.RemoveAsync(abandoned);
        await links.TidyAsync();
        // The kernel stamps their files with its own time.
        new PartialObjects(content).RemoveOlder(TimeProvider.System.GetUtcNow() - options.UploadExpiry);
        return await Collector.RunAsync(options.Collection, cancellationToken);
    }

    /// <summary>Verifies every object; see <see cref="Scrubber"/>.</summary>
    public Task<ScrubReport> ScrubAsync(CancellationToken cancellationToken) => new Scrubber(content, _holders).RunAsync(cancellationToken);
}
