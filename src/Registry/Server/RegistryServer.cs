using System.Net.Security;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Registry.Auth;
using Bistro.Registry.Background;
using Bistro.Registry.Endpoints;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;
using Bistro.Registry.Upkeep;
using Bistro.Registry.Uploads;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Net.Http.Headers;

namespace Bistro.Registry.Server;

/// <summary>What a registry is made from; the server owns none of it.</summary>
/// <param name="Http">For the keys of a token issuer elsewhere.</param>
public sealed record RegistryParts(
    ContentStore Content, MetadataStore Metadata, IOnDemandRepositories OnDemand, TimeProvider Time, HttpClient Http)
{
    /// <summary>Collects garbage beside the server; null for a server that never does.</summary>
    public ScheduledCollector? Collection { get; init; }
}

/// <summary>Puts a registry together: the web server with its limits, and the distribution API on it.</summary>
public static class RegistryServer
{
    /// <param name="configureLogging">Where the server's log goes; nothing is logged without.</param>
    public static WebApplication Build(RegistryOptions options, RegistryParts parts, Action<ILoggingBuilder>? configureLogging = null)
    {
        // Empty: with defaults, it would read a stray appsettings.json, and watch every directory below the working one for it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        configureLogging?.Invoke(builder.Logging);
        // With it, each request would begin an activity and a log scope that nothing here reads.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, ConnectionMemory.Factory>();
        // They start before the web server, and stop after it. The container disposes the last one first.
        builder.Services.AddSingleton(_ => new ForeignWrites(parts.Metadata, parts.Time));
        builder.Services.AddSingleton(services => new BackgroundLoops(parts.Time, services.GetRequiredService<ILogger<BackgroundLoops>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<BackgroundLoops>());
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, options, parts.Time));
        var app = builder.Build();
        app.MapDistribution(options, parts);
        return app;
    }

    /// <summary>Maps the distribution API below <c>/v2/</c>.</summary>
    public static void MapDistribution(this WebApplication app, RegistryOptions options, RegistryParts parts)
    {
        var repositories = new RepositoryStore(parts.Metadata, parts.Time);
        var manifests = new RepositoryManifests(repositories, parts.Content, options.CacheBytes);
        var blobs = new RepositoryBlobs(repositories, parts.Content, parts.OnDemand, options.CacheBytes / 4);
        var sessions = new UploadSessions(new PartialObjects(parts.Content), options.MaxUploads, parts.Time);
        var rules = options.Auth is { } auth ? new AccessRules(auth.Rules) : AccessRules.Default(options.Listen);
        var authenticator = new Authenticator(options.Auth, rules, parts.Http, parts.Time, app.Services.GetRequiredService<ILogger<Authenticator>>());
        var rates = options.Rate is { } rate ? new RequestRates(rate, parts.Time) : null;
        app.Lifetime.ApplicationStopped.Register(() => rates?.Dispose());
        var gate = new Gate(authenticator, rates);
        var refusals = new RefusalLog(parts.Time, app.Services.GetRequiredService<ILogger<RefusalLog>>());
        var dispatcher = new Dispatcher(
            gate,
            new ManifestPull(manifests, parts.OnDemand, options.OnDemand),
            new ManifestPush(repositories, manifests, parts.OnDemand, options.Rules),
            new ManifestDelete(manifests, parts.OnDemand, options.Rules),
            new BlobPull(blobs, parts.OnDemand, options.OnDemand),
            new BlobDelete(blobs, options.Rules),
            new UploadEndpoints(sessions, blobs, options.Rules),
            new TagLists(repositories, parts.OnDemand, options.Pages),
            new ReferrerLists(repositories, options.Pages),
            new CatalogLists(repositories, parts.OnDemand, options.Pages),
            refusals);
        var log = app.Services.GetRequiredService<ILogger<FaultBarrier>>();
        // Ahead of the routes, which cost as much again as a cached manifest.
        var distribution = new FaultBarrier(dispatcher.HandleAsync, log);
        app.Use(next => context => context.Request.Path.StartsWithSegments(Dispatcher.Root)
            ? distribution.HandleAsync(context)
            : next(context));
        app.UseRouting();
        AddLoops(app, parts, sessions, Forget);
        if (options.Auth?.Tokens is { } tokens)
        {
            var endpoint = new TokenEndpoint(gate, authenticator, refusals, tokens, parts.Time);
            app.MapGet("/token", new FaultBarrier(endpoint.GetAsync, log).HandleAsync);
            app.MapPost("/token", new FaultBarrier(endpoint.PostAsync, log).HandleAsync);
        }

        // For changes by another process or by a collection.
        void Forget()
        {
            manifests.Clear();
            blobs.Clear();
            parts.OnDemand.Clear();
        }
    }

    private static void AddLoops(WebApplication app, RegistryParts parts, UploadSessions sessions, Action forget)
    {
        var foreign = app.Services.GetRequiredService<ForeignWrites>();
        var loops = app.Services.GetRequiredService<BackgroundLoops>();
        loops.Add(new BackgroundLoop("changes of other processes", ForeignWrites.Interval, async cancellationToken =>
        {
            if (await foreign.LookAsync(cancellationToken))
                forget();
        }));
        loops.Add(new BackgroundLoop("idle uploads", UploadSessions.DropInterval, _ =>
        {
            sessions.DropIdle();
            return Task.CompletedTask;
        }));
        if (parts.Collection is not { } collection)
            return;
        loops.Add(new BackgroundLoop("garbage collection", collection.Interval, async cancellationToken =>
        {
            try
            {
                await collection.CollectAsync(cancellationToken);
            }
            finally
            {
                // A collection that failed may have removed something as well.
                forget();
            }
        }));
    }

    private static void Configure(KestrelServerOptions kestrel, RegistryOptions options, TimeProvider time)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        // With an encoding of its own, a length is read as digits alone (RFC 9110, section 8.6); otherwise "+5" would be one.
        kestrel.RequestHeaderEncodingSelector = name => name == HeaderNames.ContentLength ? Encoding.Latin1 : null;
        var limits = kestrel.Limits;
        // Blobs have no limit here; the endpoints bound what they read.
        limits.MaxRequestBodySize = null;
        // A client that pauses its pull keeps its connection; one that pauses its push for a minute may resume it instead.
        limits.MinResponseDataRate = null;
        limits.MinRequestBodyDataRate = new MinDataRate(options.SlowestPush, options.PushGrace);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MaxRequestHeaderCount = options.MaxHeaders;
        limits.MaxRequestHeadersTotalSize = options.MaxHeaderBytes;
        limits.MaxRequestLineSize = 8 << 10;
        // What waits to be sent to one client: no more than the run that BlobSender has just read.
        limits.MaxResponseBufferSize = ConnectionMemory.BlockSize;
        limits.MaxConcurrentConnections = options.MaxConnections;
        var certificate = options.Tls is { } tls
            ? new TlsCertificate(tls, time, kestrel.ApplicationServices.GetRequiredService<ILogger<TlsCertificate>>())
            : null;
        foreach (var endpoint in options.Listen)
            kestrel.Listen(endpoint, listen => Secure(listen, certificate));
    }

    private static void Secure(ListenOptions listen, TlsCertificate? certificate)
    {
        if (certificate is null)
            return;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current }),
        });
    }
}
