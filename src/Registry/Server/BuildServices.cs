using Bistro.Builder.Artifacts;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Coordination;
using Bistro.Builder.Images;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Permissions;
using Bistro.Builder.Metadata;
using Bistro.Builder.Processes;
using Bistro.Builder.Sandbox;
using Bistro.Builder.Scheduling;
using Bistro.Builder.Sources;
using Bistro.Builder.Trees;

namespace Bistro.Registry.Server;

/// <summary>The part of the composition root that builds: sources, sandboxes, artifacts and images of one store.</summary>
public sealed class BuildServices : IAsyncDisposable
{
    /// <summary>Staged roots stay on the disk for the next build up to this many bytes.</summary>
    private const long RootsLimit = 10L << 30;

    /// <param name="errorLines">The number of a log's last lines in an error.</param>
    public BuildServices(OpenStore store, HttpClient http, SchedulerOptions options, int errorLines, TimeProvider time)
    {
        var (content, metadata, layout) = (store.Content, store.Metadata, store.Content.Layout);
        var tools = new ToolRunner(time);
        var logs = new BuildLogs(layout.Logs, time);

        // Trees, and what is computed from trees
        Trees = new TreeStore(content);
        var treeCache = new TreeTable(metadata, content, time);

        // Sources and artifacts
        Sources = new SourceFetcher(content, Trees, treeCache, tools, new Downloader(http, time));
        Junctions = new JunctionFetcher(content, Trees, Sources);
        var artifacts = new ArtifactTable(metadata, content, time);
        Artifacts = new ElementArtifacts(Trees, artifacts);
        History = new BuildTable(metadata);

        // The sandbox
        var roots = new StagedRoots(Trees, content.Temporary, layout.Roots, RootsLimit, time);
        Sandbox = new BubblewrapSandbox(Trees, roots, content.Temporary, tools);

        // Elements, alone and many at once
        var builder = new ElementBuilder(
            Trees, Sandbox, Sources, new IntegratedTrees(treeCache), Artifacts, new KeyLocks(layout.Locks, time), History, logs, content.Leases, errorLines, time);
        Scheduler = new Scheduler(builder, options, time) { FindMistakes = DeclaredFiles.FindMistakes };
        Roots = new ElementRoots(builder, Sandbox);

        // Images
        Images = new ImageProvider(builder, Trees, treeCache, new LayerTable(metadata, content), logs);

        Holders = [artifacts, treeCache, History];
    }

    /// <summary>The tables of these services in the store's database.</summary>
    public static IReadOnlyList<MetadataSchema> Schemas { get; } = [ArtifactTable.Schema, TreeTable.Schema, BuildTable.Schema, LayerTable.Schema];

    public TreeStore Trees { get; }

    public SourceFetcher Sources { get; }

    public JunctionFetcher Junctions { get; }

    public ElementArtifacts Artifacts { get; }

    public BuildTable History { get; }

    public BubblewrapSandbox Sandbox { get; }

    public Scheduler Scheduler { get; }

    public ElementRoots Roots { get; }

    public ImageProvider Images { get; }

    /// <summary>The services whose content the garbage collector must keep.</summary>
    public IReadOnlyList<IContentHolder> Holders { get; }

    public async ValueTask DisposeAsync()
    {
        await Images.DisposeAsync();
        await Scheduler.DisposeAsync();
        Trees.Dispose();
    }
}
