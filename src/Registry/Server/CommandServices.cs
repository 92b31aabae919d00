using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Kinds;
using Bistro.Builder.Metadata;
using Bistro.Builder.Scheduling;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;
using Bistro.Builder.Upkeep;
using Bistro.Model.Elements;
using Bistro.Model.Loading;
using Bistro.Model.Projects;
using Bistro.Registry.Configuration;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Upkeep;

namespace Bistro.Registry.Server;

/// <summary>
/// The composition root: everything that commands use. Services are created on first use, so a command that needs no store opens
/// none. <see cref="BuildServices"/> composes builds, <see cref="DistributionApi"/> the API.
/// </summary>
public sealed class CommandServices : IAsyncDisposable
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly string _storeDirectory;
    private readonly LoadRequest _request;
    private readonly FileCache _files = new();
    private readonly HttpClient _http = CreateHttp(followsRedirects: true);
    // The downloader follows redirects itself, to report where they lead.
    private readonly HttpClient _downloads = CreateHttp(followsRedirects: false);
    private readonly Lazy<OpenStore> _store;
    private readonly Lazy<BuildServices> _builds;

    /// <param name="storeDirectory">Absolute; created when the store is first used.</param>
    /// <param name="request">The project that <see cref="Loader"/> loads.</param>
    /// <param name="onError">What the scheduler does when an element fails.</param>
    public CommandServices(BistroConfiguration configuration, string storeDirectory, LoadRequest request, FailurePolicy onError)
    {
        Configuration = configuration;
        _storeDirectory = storeDirectory;
        _request = request;
        var scheduler = new SchedulerOptions
        {
            Builders = configuration.Builders,
            Fetchers = configuration.Fetchers,
            NetworkRetries = configuration.NetworkRetries,
            OnError = onError,
        };
        _store = new Lazy<OpenStore>(() => new OpenStore(storeDirectory));
        _builds = new Lazy<BuildServices>(() => new BuildServices(_store.Value, _downloads, scheduler, configuration.ErrorLines, Time));
    }

    // Settings

    public BistroConfiguration Configuration { get; }

    public static TimeProvider Time => TimeProvider.System;

    // The store

    public ContentStore Content => _store.Value.Content;

    public MetadataStore Metadata => _store.Value.Metadata;

    public Housekeeping Housekeeping => new(Content, Metadata, Builds.Holders, Configuration.Cache, Time);

    // Projects

    /// <summary>Every element, source and mirror kind.</summary>
    public static KindCatalog Kinds { get; } = new(ElementKinds.All, SourceKinds.All, SourceMirrorKinds.All);

    /// <summary>Loads the project that <c>-C</c> names.</summary>
    public ProjectLoader Loader => field ??= LoaderOf(_request);

    /// <summary>A loader for a project; all loaders share what they read.</summary>
    public ProjectLoader LoaderOf(LoadRequest request) => new(request, Kinds, new StoredJunctions(this), _files);

    // Builds

    public BuildServices Builds => _builds.Value;

    /// <summary>What the store already has. A store that does not exist is not created for this question.</summary>
    public ElementCaches Caches()
    {
        if (!_store.IsValueCreated && !new ContentLayout(_storeDirectory).Exists())
            return ElementCaches.Empty;
        var view = new StoreSnapshot(Builds.Artifacts);
        return new ElementCaches(view.StateOf, Builds.Sources.IsFetched)
        {
            Tree = element => view.Find(element)?.Files,
            StrongKey = view.StrongKeyOf,
        };
    }

    // The server

    /// <summary>The projects that the server serves; none before a configuration is put in force. The caller owns them.</summary>
    public ServedProjects ServedProjects(ILoggerFactory logging)
    {
        var junctions = new PacedJunctions(new StoredJunctions(this), Time);
        return new ServedProjects(
            (configuration, project) => new ProjectLoader(LoadRequests.For(configuration, project), Kinds, junctions, _files), logging, Time);
    }

    /// <summary>Turns projects into repositories. All of them share the images and the builds.</summary>
    public Func<IReadOnlyList<ProjectImages>, IOnDemandRepositories> RepositoriesOf(ILoggerFactory logging)
    {
        var images = new ImageTable(Metadata);
        var builds = new ImageBuilds(
            Builds.Scheduler, Builds.Sandbox, Builds.Artifacts, Builds.Images, new Scrubber(Content, Builds.Holders), Content, images, Time, logging.CreateLogger<ImageBuilds>());
        return projects => new OnDemandRepositories(projects, images, builds, Time);
    }

    /// <summary>What <see cref="RegistryServer"/> serves.</summary>
    public RegistryParts RegistryParts(IOnDemandRepositories repositories, ILoggerFactory logging)
    {
        var interval = Configuration.Cache.Interval;
        return new RegistryParts(Content, Metadata, repositories, Time, _http)
        {
            Collection = interval == TimeSpan.Zero ? null : new ScheduledCollector(Housekeeping, interval, logging.CreateLogger<ScheduledCollector>()),
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_builds.IsValueCreated)
            await _builds.Value.DisposeAsync();
        if (_store.IsValueCreated)
            await _store.Value.DisposeAsync();
        _http.Dispose();
        _downloads.Dispose();
    }

#pragma warning disable RS0030 // The composition root creates the clients that the others get.
    private static HttpClient CreateHttp(bool followsRedirects) =>
        new(new SocketsHttpHandler { PooledConnectionLifetime = ConnectionLifetime, AllowAutoRedirect = followsRedirects }) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore RS0030

    /// <summary>Fetches junctions into the store, which is not opened before a junction needs it.</summary>
    private sealed class StoredJunctions(CommandServices services) : IJunctionFetcher
    {
        public Task<string?> FetchAsync(Element junction, bool isOptional, CancellationToken cancellationToken) =>
            services.Builds.Junctions.FetchAsync(junction, isOptional, cancellationToken);
    }
}
