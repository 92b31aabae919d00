using System.Collections.Immutable;
using Bistro.Builder.Artifacts;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Processes;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources;

/// <summary>
/// Fetches the sources of elements and lays them over one another. What was staged once is known by its key, and is not
/// staged again.
/// </summary>
public sealed class SourceFetcher(ContentStore store, TreeStore trees, TreeTable cache, ToolRunner tools, Downloader downloads)
{
    /// <summary>The element's sources as one tree, in the order of the element; those that need no other are fetched at once.</summary>
    /// <param name="element">Its sources are resolved.</param>
    /// <param name="log">Receives what programs print.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SourceException">A source cannot be had. The message begins with the place of the source.</exception>
    public Task<Digest> StageAsync(Element element, Stream log, CancellationToken cancellationToken) =>
        StageAsync(element.Sources, log, cancellationToken);

    /// <summary>
    /// Whether staging the source downloads nothing: it is local, its downloads are in the store, or its tree is. False if that is
    /// unknown, as for a kind that Bistro cannot fetch.
    /// </summary>
    public bool IsFetched(Source source) =>
        source.Configuration.IsLocal
        || (source.Configuration is IFetchable kind
            && (kind.IsMirrored(MirrorsOf(source)) || (!NeedsPrevious(source) && cache.Find(KeyOf(source, TreeStore.Empty.Hash)) is not null)));

    /// <summary>Finds out the newest refs of the element's sources, in their order. Nothing is written.</summary>
    /// <exception cref="SourceException">A ref cannot be found out. The message begins with the place of the source.</exception>
    public async Task<IReadOnlyList<TrackedSource>> TrackAsync(Element element, Stream log, CancellationToken cancellationToken)
    {
        List<TrackedSource> tracked = [];
        foreach (var source in element.Sources)
        {
            // A source that reads the ones before it reads them as they are now.
            var previous = NeedsPrevious(source)
                ? await StageAsync([.. tracked.Select(before => before.Newest)], log, cancellationToken)
                : TreeStore.Empty.Hash;
            var newest = await WorkAsync(source, previous, log, (kind, staging) => kind.TrackAsync(staging, cancellationToken));
            tracked.Add(new TrackedSource(source, newest));
        }
        return tracked;
    }

    private async Task<Digest> StageAsync(ImmutableArray<Source> sources, Stream log, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Several sources write to it at once.
        log = Stream.Synchronized(log);
        var independent = sources.Select(source => NeedsPrevious(source) ? null : StageAsync(source, TreeStore.Empty.Hash, log, stop.Token)).ToList();
        try
        {
            var tree = TreeStore.Empty.Hash;
            foreach (var (source, staged) in sources.Zip(independent))
                tree = await LayAsync(tree, source, await (staged ?? StageAsync(source, tree, log, stop.Token)), stop.Token);
            return tree;
        }
        catch
        {
            await stop.CancelAsync();
            await Task.WhenAll(independent.OfType<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Does something with a source: gives it what it works with, and says of a failure where the source stands.</summary>
    private async Task<T> WorkAsync<T>(Source source, Digest previous, Stream log, Func<IFetchable, SourceStaging, Task<T>> work)
    {
        using var scratch = store.Temporary.NewDirectory();
        var mirrors = MirrorsOf(source);
        Directory.CreateDirectory(mirrors);
        var staging = new SourceStaging
        {
            Source = source,
            Trees = trees,
            MirrorDirectory = mirrors,
            ScratchDirectory = scratch.Location,
            Tools = tools,
            Downloads = downloads,
            Previous = previous,
            Log = log,
        };
        var kind = IFetchable.Of(source);
        try
        {
            return await work(kind, staging);
        }
        catch (Exception failure) when (failure is SourceException or ToolException or TreeException)
        {
            var (url, isTransient, needsTracking) = failure is SourceException known ? (known.Url, known.IsTransient, known.NeedsTracking) : default;
            throw new SourceException($"{source.Draft.Written.Provenance}: {failure.Message}", url, isTransient, needsTracking);
        }
    }

    private async Task<Digest> StageAsync(Source source, Digest previous, Stream log, CancellationToken cancellationToken)
    {
        var key = KeyOf(source, previous);
        if (cache.Find(key) is { } known)
            return known;
        var tree = await WorkAsync(source, previous, log, (kind, staging) => kind.StageAsync(staging, cancellationToken));
        await cache.PutAsync(key, tree);
        return tree;
    }

    private async Task<Digest> LayAsync(Digest tree, Source source, Digest staged, CancellationToken cancellationToken)
    {
        if (IFetchable.Of(source).ChangesPrevious)
            return staged;
        try
        {
            return (await trees.MergeAsync([new TreeLayer(tree), new TreeLayer(staged, source.Directory ?? "/")], cancellationToken)).Tree;
        }
        catch (TreeException failure)
        {
            throw new SourceException($"{source.Draft.Written.Provenance}: {failure.Message}");
        }
    }

    private string MirrorsOf(Source source) => Path.Combine(store.Layout.Sources, source.Kind.Name);

    private static bool NeedsPrevious(Source source) => source.Kind.RequiresPreviousSources || IFetchable.Of(source).ChangesPrevious;

    private static string KeyOf(Source source, Digest previous)
    {
        KeyValue key = KeyValue.Of(("kind", source.Kind.Name), ("package", source.Kind.Package), ("source", source.Configuration.UniqueKey));
        if (NeedsPrevious(source))
            key = KeyValue.Of(("source", key), ("previous", previous.Hex), ("directory", source.Directory));
        return key.Hash().Hex;
    }
}
