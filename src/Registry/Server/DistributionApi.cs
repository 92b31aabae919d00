using Bistro.Builder.Content;
using Bistro.Registry.Auth;
using Bistro.Registry.Endpoints;
using Bistro.Registry.Errors;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;
using Bistro.Registry.Uploads;

namespace Bistro.Registry.Server;

/// <summary>
/// The distribution API and its token endpoint. Their settings can be replaced while they serve. Each request uses the settings
/// that were in force when it arrived.
/// </summary>
public sealed class DistributionApi : IDisposable
{
    private readonly RegistryParts _parts;
    private readonly ILoggerFactory _logging;
    private readonly ILogger<FaultBarrier> _log;
    private readonly RepositoryStore _repositories;
    private readonly RepositoryManifests _manifests;
    private readonly RepositoryBlobs _blobs;
    private readonly RefusalLog _refusals;
    private RequestRates? _retired;
    private volatile Snapshot _current;

    public DistributionApi(RegistryOptions options, RegistryParts parts, ILoggerFactory logging)
    {
        (_parts, _logging, _log) = (parts, logging, logging.CreateLogger<FaultBarrier>());
        _repositories = new RepositoryStore(parts.Metadata, parts.Time);
        _manifests = new RepositoryManifests(_repositories, parts.Content, options.CacheBytes);
        _blobs = new RepositoryBlobs(_repositories, parts.Content, parts.OnDemand, options.CacheBytes / 4);
        _refusals = new RefusalLog(parts.Time, logging.CreateLogger<RefusalLog>());
        Uploads = new UploadSessions(new PartialObjects(parts.Content), options.MaxUploads, parts.Time);
        _current = Compose(options, parts.OnDemand, before: null);
    }

    public UploadSessions Uploads { get; }

    public Task HandleAsync(HttpContext context) => _current.Distribution.HandleAsync(context);

    /// <summary>Answers <c>/token</c>; 404 if the settings have no token endpoint.</summary>
    public Task HandleTokenAsync(HttpContext context)
    {
        if (_current.Tokens is { } tokens)
            return tokens.HandleAsync(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>Prepares new settings. If this throws, the old settings remain in force.</summary>
    /// <param name="options">The settings. Those of connections and caches cannot change.</param>
    /// <param name="onDemand">The repositories of the projects.</param>
    /// <returns>An action that puts them in force at once for later requests. It does not throw.</returns>
    public Action Prepare(RegistryOptions options, IOnDemandRepositories onDemand)
    {
        var before = _current;
        var fresh = Compose(options, onDemand, before);
        return () =>
        {
            Uploads.Limit = options.MaxUploads;
            _blobs.OnDemand = onDemand;
            _current = fresh;
            Forget();
            if (before.Rates == fresh.Rates)
                return;
            // A request that has just arrived may still count itself there.
            _retired?.Dispose();
            _retired = before.Rates;
        };
    }

    /// <summary>Clears cached metadata after another process or a garbage collection has changed it.</summary>
    public void Forget()
    {
        _manifests.Clear();
        _blobs.Clear();
        _current.OnDemand.Clear();
    }

    public void Dispose()
    {
        _retired?.Dispose();
        _current.Rates?.Dispose();
    }

    // A token that one server of the store has issued is sent to all of them.
    private AuthOptions? SharingTokens(AuthOptions? auth) => auth is { Tokens: { KeyFile: null } tokens }
        ? auth with { Tokens = tokens with { KeyFile = StoredTokenKey.Ensure(_parts.Content.Layout.TokenKey) } }
        : auth;

    private Snapshot Compose(RegistryOptions options, IOnDemandRepositories onDemand, Snapshot? before)
    {
        var rules = options.Auth is { } auth ? new AccessRules(auth.Rules) : AccessRules.Default(options.Listen, isBehindProxy: options.Proxies.Trusted.Count > 0);
        var shared = SharingTokens(options.Auth);
        var authenticator = new Authenticator(
            shared, rules, _parts.Http, _parts.Time, _logging.CreateLogger<Authenticator>(), before?.Authenticator.IssuerFor(shared));
        var rates = before is not null && before.Options.Rate == options.Rate
            ? before.Rates
            : options.Rate is { } rate ? new RequestRates(rate, _parts.Time) : null;
        var gate = new Gate(authenticator, rates);
        var dispatcher = new Dispatcher(
            gate,
            new ManifestPull(_manifests, onDemand, options.OnDemand),
            new ManifestPush(_repositories, _manifests, onDemand, options.Rules, _parts.Content.Temporary),
            new ManifestDelete(_manifests, onDemand, options.Rules),
            new BlobPull(_blobs, onDemand, options.OnDemand),
            new BlobDelete(_blobs, options.Rules),
            new UploadEndpoints(Uploads, _blobs, options.Rules),
            new TagLists(_repositories, onDemand, options.OnDemand, options.Pages),
            new ReferrerLists(_repositories, options.Pages),
            new CatalogLists(_repositories, onDemand, options.Pages),
            _refusals);
        var tokens = options.Auth?.Tokens is { } settings ? new TokenEndpoint(gate, authenticator, _refusals, settings, _parts.Time) : null;
        return new Snapshot(
            options, onDemand, authenticator, rates, new FaultBarrier(dispatcher.HandleAsync, _log),
            tokens is null ? null : new FaultBarrier(context => HttpMethods.IsPost(context.Request.Method) ? tokens.PostAsync(context) : tokens.GetAsync(context), _log));
    }

    /// <summary>The services for one version of the settings.</summary>
    private sealed record Snapshot(
        RegistryOptions Options, IOnDemandRepositories OnDemand, Authenticator Authenticator, RequestRates? Rates, FaultBarrier Distribution, FaultBarrier? Tokens);
}
