using Bistro.Builder.Artifacts;
using Bistro.Builder.Content;
using Bistro.Builder.Images;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Kinds;
using Bistro.Builder.Metadata;
using Bistro.Builder.Processes;
using Bistro.Builder.Sandbox;
using Bistro.Builder.Scheduling;
using Bistro.Builder.Sources;
using Bistro.Builder.Trees;
using Bistro.Builder.Upkeep;

namespace Bistro.Builder.Builds;

/// <summary>How a workshop is set up.</summary>
public sealed record WorkshopOptions
{
    public SchedulerOptions Scheduler { get; init; } = new();

    /// <summary>Bytes of staged roots that are kept on the disk for the next build; default 10 GiB.</summary>
    public long RootsLimit { get; init; } = 10L << 30;
}

/// <summary>Everything that builds elements in one store, put together.</summary>
public sealed class Workshop : IAsyncDisposable
{
    public Workshop(ContentStore content, MetadataStore metadata, HttpClient http, WorkshopOptions options, TimeProvider time)
    {
        var layout = content.Layout;
        var tools = new ToolRunner(time);
        var cache = new TreeCache(metadata, content, time);
        Trees = new TreeStore(content);
        var artifacts = new ArtifactStore(metadata, content, time);
        Artifacts = new ArtifactKeeper(Trees, artifacts);
        Sources = new SourceFetcher(content, Trees, cache, tools, new Downloader(http, time));
        History = new BuildHistory(metadata);
        Holders = [artifacts, cache, History];
        var roots = new StagedRoots(Trees, content.Temporary, layout.Roots, options.RootsLimit, time);
        var sandbox = new BubblewrapSandbox(Trees, roots, content.Temporary, tools);
        var logs = new BuildLogs(layout.Logs, time);
        var builder = new ElementBuilder(
            Trees, sandbox, Sources, new IntegratedTrees(cache), Artifacts, new KeyLocks(layout.Locks, time), History, logs, content.Leases, time);
        Scheduler = new Scheduler(builder, options.Scheduler, time);
        Roots = new ElementRoots(builder, sandbox);
        Images = new ImageProvider(builder, Trees, cache, new LayerCache(metadata, content), logs);
    }

    /// <summary>The tables that it needs in the store's database.</summary>
    public static IReadOnlyList<MetadataSchema> Schemas { get; } = [ArtifactStore.Schema, TreeCache.Schema, BuildHistory.Schema, LayerCache.Schema];

    /// <summary>Who keeps content here.</summary>
    public IReadOnlyList<IContentHolder> Holders { get; }

    public TreeStore Trees { get; }

    public ArtifactKeeper Artifacts { get; }

    public SourceFetcher Sources { get; }

    public BuildHistory History { get; }

    public Scheduler Scheduler { get; }

    public ElementRoots Roots { get; }

    public ImageProvider Images { get; }

    public async ValueTask DisposeAsync()
    {
        await Images.DisposeAsync();
        await Scheduler.DisposeAsync();
        Trees.Dispose();
    }
}
