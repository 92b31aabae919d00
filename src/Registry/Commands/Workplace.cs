using System.CommandLine;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Kinds;
using Bistro.Builder.Metadata;
using Bistro.Builder.Scheduling;
using Bistro.Builder.Sources;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;
using Bistro.Model.Elements;
using Bistro.Model.Loading;
using Bistro.Model.Projects;
using Bistro.Registry.Configuration;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;
using Bistro.Registry.Upkeep;

namespace Bistro.Registry.Commands;

/// <summary>The composition root: everything that the verbs work with, put together by configuration and command line.</summary>
public sealed class Workplace : IAsyncDisposable
{
    private readonly Lazy<Store> _store;
    private readonly LoadRequest _request;
    private readonly string _storeDirectory;
    private readonly FileCache _files = new();

    private Workplace(BistroConfiguration configuration, LoadRequest request, string storeDirectory, FailurePolicy onError)
    {
        Configuration = configuration;
        _request = request;
        _storeDirectory = storeDirectory;
        _store = new Lazy<Store>(() => new Store(storeDirectory, configuration, onError));
    }

    /// <summary>Every native kind.</summary>
    public static KindCatalog Kinds { get; } = new(ElementKinds.All, SourceKinds.All, SourceMirrorKinds.All);

    public BistroConfiguration Configuration { get; }

    /// <summary>Loads the project that <c>-C</c> names.</summary>
    public ProjectLoader Loader => field ??= LoaderOf(_request);

    /// <summary>Builds in the store; made when it is first asked for.</summary>
    public Workshop Workshop => _store.Value.Workshop;

    public JunctionFetcher Junctions => new(Content, Workshop.Trees, Workshop.Sources);

    /// <summary>What the store has already; a store that is not there is not made for the question.</summary>
    public ElementCaches Caches()
    {
        if (!_store.IsValueCreated && !File.Exists(new ContentLayout(_storeDirectory).Metadata))
            return ElementCaches.Empty;
        var store = new StoreView(Workshop.Artifacts);
        return new ElementCaches(
            store.StateOf, source => source.Configuration.LocalPath is not null || Workshop.Sources.IsFetched(source))
        {
            Tree = element => store.Find(element)?.Files,
            StrongKey = store.StrongKeyOf,
        };
    }

    public ContentStore Content => _store.Value.Content;

    public MetadataStore Metadata => _store.Value.Metadata;

    public HttpClient Http => _store.Value.Http;

    public Housekeeping Housekeeping => new(Content, Metadata, Workshop.Holders, Configuration.Cache, TimeProvider.System);

    public static Workplace Open(MainOptions main, ParseResult command, FailurePolicy onError = FailurePolicy.Quit, bool isServing = false)
    {
        var here = Environment.CurrentDirectory;
        var file = ConfigurationFile.Find(command.GetValue(main.Config), here, Environment.GetEnvironmentVariable);
        var configuration = new ConfigurationReader(Environment.GetEnvironmentVariable).Read(file, isServing);
        configuration = configuration with
        {
            MaxJobs = command.GetValue(main.MaxJobs) ?? configuration.MaxJobs,
            Builders = command.GetValue(main.Builders) ?? configuration.Builders,
        };
        var request = LoadRequests.For(
            configuration,
            Path.GetFullPath(command.GetValue(main.Directory) ?? ".", here),
            OptionPairs.Split(command.GetValue(main.Options) ?? []),
            command.GetValue(main.NoStrict) ? false : command.GetValue(main.Strict) ? true : null);
        var store = StoreLocation.Find(command.GetValue(main.Store), configuration, Environment.GetEnvironmentVariable);
        return new Workplace(configuration, request, store, onError);
    }

    /// <summary>A loader for a project; all of them share what they read.</summary>
    public ProjectLoader LoaderOf(LoadRequest request) => new(request, Kinds, new StoredJunctions(this), _files);

    public async ValueTask DisposeAsync()
    {
        if (_store.IsValueCreated)
            await _store.Value.DisposeAsync();
    }

    /// <summary>Junctions are fetched into the store, which is not opened before one is needed.</summary>
    private sealed class StoredJunctions(Workplace workplace) : IJunctionFetcher
    {
        public Task<string?> FetchAsync(Element junction, bool isOptional, CancellationToken cancellationToken) =>
            workplace.Junctions.FetchAsync(junction, isOptional, cancellationToken);
    }

    private sealed class Store : IAsyncDisposable
    {
        public HttpClient Http { get; } = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

        // The downloader follows redirects itself, to say where they lead.
        private HttpClient Downloads { get; } =
            new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false })
            {
                Timeout = Timeout.InfiniteTimeSpan,
            };

        public Store(string directory, BistroConfiguration configuration, FailurePolicy onError)
        {
            Content = ContentStore.Create(directory);
            try
            {
                Metadata = MetadataStore.Open(Content.Layout.Metadata, [.. Workshop.Schemas, RepositorySchema.Schema, ImageTable.Schema]);
            }
            catch
            {
                Content.Dispose();
                throw;
            }
            var scheduler = new SchedulerOptions
            {
                Builders = configuration.Builders,
                NetworkRetries = configuration.NetworkRetries,
                OnError = onError,
            };
            Workshop = new Workshop(Content, Metadata, Downloads, new WorkshopOptions { Scheduler = scheduler }, TimeProvider.System);
        }

        public ContentStore Content { get; }

        public MetadataStore Metadata { get; }

        public Workshop Workshop { get; }

        public async ValueTask DisposeAsync()
        {
            await Workshop.DisposeAsync();
            await Metadata.DisposeAsync();
            Content.Dispose();
            Http.Dispose();
            Downloads.Dispose();
        }
    }
}
