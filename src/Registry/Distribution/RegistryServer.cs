using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Uploads;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bistro.Registry.Distribution;

/// <summary>What a registry is made from; the server owns none of it.</summary>
public sealed record RegistryParts(ContentStore Content, MetadataStore Metadata, IOnDemandRepositories OnDemand, TimeProvider Time);

/// <summary>Puts a registry together: the web server with its limits, and the distribution API on it.</summary>
public static class RegistryServer
{
    /// <param name="configureLogging">Where the server's log goes; nothing is logged without.</param>
    public static WebApplication Build(RegistryOptions options, RegistryParts parts, Action<ILoggingBuilder>? configureLogging = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        configureLogging?.Invoke(builder.Logging);
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, options));
        var app = builder.Build();
        app.MapDistribution(options, parts);
        return app;
    }

    /// <summary>Maps the distribution API below <c>/v2/</c>.</summary>
    public static void MapDistribution(this WebApplication app, RegistryOptions options, RegistryParts parts)
    {
        var repositories = new RepositoryStore(parts.Metadata, parts.Time);
        var manifests = new ManifestShelf(repositories, parts.Content, options.CacheBytes);
        var blobs = new BlobShelf(repositories, parts.Content, parts.OnDemand, options.CacheBytes / 4);
        var sessions = new UploadSessions(new PartialObjects(parts.Content), options.MaxUploads);
        var dispatcher = new Dispatcher(
            new ManifestPull(manifests, parts.OnDemand, options.OnDemand),
            new ManifestPush(repositories, manifests, parts.OnDemand, options.Rules),
            new ManifestDelete(manifests, parts.OnDemand, options.Rules),
            new BlobPull(blobs),
            new BlobDelete(blobs, options.Rules),
            new UploadEndpoints(sessions, blobs, options.Rules),
            new TagLists(repositories, parts.OnDemand, options.Pages),
            new ReferrerLists(repositories, options.Pages),
            new CatalogLists(repositories, parts.OnDemand, options.Pages));
        var barrier = new FaultBarrier(dispatcher, app.Services.GetRequiredService<ILogger<FaultBarrier>>());
        app.Map("/v2/{**path}", barrier.HandleAsync);
    }

    private static void Configure(KestrelServerOptions kestrel, RegistryOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        var limits = kestrel.Limits;
        // Blobs have no limit here; the endpoints bound what they read.
        limits.MaxRequestBodySize = null;
        // A client that pauses its pull keeps its connection; one that pauses its push for a minute may resume it instead.
        limits.MinResponseDataRate = null;
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 100, gracePeriod: TimeSpan.FromMinutes(1));
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestHeadersTotalSize = 32 << 10;
        limits.MaxRequestLineSize = 8 << 10;
        // Room for the next read of a blob while the last one is being sent.
        limits.MaxResponseBufferSize = 512 << 10;
        foreach (var endpoint in options.Listen)
            kestrel.Listen(endpoint);
    }
}
