using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Builder.Upkeep;

namespace Bistro.Registry.Upkeep;

/// <summary>Everything that keeps a store small and sound, beside whoever works with it.</summary>
/// <param name="content">The store.</param>
/// <param name="metadata">Its database, with the tables of the repositories.</param>
/// <param name="holders">Who keeps content there besides the repositories.</param>
/// <param name="options">What may be taken, and when.</param>
/// <param name="time">The clock of the store.</param>
public sealed class Housekeeping(
    ContentStore content, MetadataStore metadata, IEnumerable<IContentHolder> holders, CacheOptions options, TimeProvider time)
{
    private readonly IReadOnlyList<IContentHolder> _holders = [.. holders, new RepositoryContent(metadata)];

    private GarbageCollector Collector => new(content, _holders, time);

    /// <summary>What a collection would do now, besides taking back the links of unfinished pushes.</summary>
    public CollectionReport Plan(CancellationToken cancellationToken) => Collector.Plan(options.Collection, cancellationToken);

    /// <summary>Takes back what unfinished pushes left, and then removes what nobody needs; null when another process is at it.</summary>
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

    /// <summary>Reads every object again; see <see cref="Scrubber"/>.</summary>
    public Task<ScrubReport> ScrubAsync(CancellationToken cancellationToken) => new Scrubber(content, _holders).RunAsync(cancellationToken);
}
