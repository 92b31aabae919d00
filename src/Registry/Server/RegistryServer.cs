using System.Net.Security;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Files;
using Bistro.Builder.Metadata;
using Bistro.Registry.Background;
using Bistro.Registry.Endpoints;
using Bistro.Registry.Http;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Upkeep;
using Bistro.Registry.Uploads;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Net.Http.Headers;

namespace Bistro.Registry.Server;

/// <summary>What a registry is made from; the server owns none of it.</summary>
/// <param name="Http">For the keys of a token issuer elsewhere.</param>
public sealed record RegistryParts(
    ContentStore Content, MetadataStore Metadata, IOnDemandRepositories OnDemand, TimeProvider Time, HttpClient Http)
{
    /// <summary>Collects garbage while the server runs; null for no collections.</summary>
    public ScheduledCollector? Collection { get; init; }

    /// <summary>Further loops beside the server.</summary>
    public IReadOnlyList<BackgroundLoop> Loops { get; init; } = [];
}

/// <summary>Puts a registry together: the web server with its limits, and the distribution API on it.</summary>
public static class RegistryServer
{
    // Room that was freed is reserved again this soon, or before the next push.
    private static readonly TimeSpan ReserveInterval = TimeSpan.FromSeconds(10);

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
        // The caller that stops the server limits the time.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddSingleton(services => new DistributionApi(options, parts, services.GetRequiredService<ILoggerFactory>()));
        if (options.Tls is { } tls)
            builder.Services.AddSingleton(services => new ServedCertificate(tls, parts.Time, services.GetRequiredService<ILogger<TlsCertificate>>()));
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(new ConnectionMemory.Factory(new ConnectionMemory()));
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.MaxWriteBufferSize = SendPace.Piece);
        // They start before the web server and stop after it. The container disposes them in reverse order.
        builder.Services.AddSingleton(_ => new ForeignWrites(parts.Metadata, parts.Time));
        builder.Services.AddSingleton(services => new BackgroundLoops(parts.Time, services.GetRequiredService<ILogger<BackgroundLoops>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<BackgroundLoops>());
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, options, parts.Time));
        var app = builder.Build();
        var api = app.Services.GetRequiredService<DistributionApi>();
        app.UseProxies(options.Proxies);
        Map(app, api);
        AddLoops(app, parts, api);
        return app;
    }

    private static void Map(WebApplication app, DistributionApi api)
    {
        // Ahead of the routes, which cost as much again as a cached manifest.
        app.Use(next => context => context.Request.Path.StartsWithSegments(Dispatcher.Root)
            ? api.HandleAsync(context)
            : next(context));
        // The authority form of a target (RFC 9112, section 3.2.3) is for proxies. The web server itself refuses it with other methods.
        app.Use(next => context =>
        {
            if (!HttpMethods.IsConnect(context.Request.Method))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        });
        app.UseRouting();
        app.MapMethods("/token", [HttpMethods.Get, HttpMethods.Post], api.HandleTokenAsync);
    }

    private static void AddLoops(WebApplication app, RegistryParts parts, DistributionApi api)
    {
        var foreign = app.Services.GetRequiredService<ForeignWrites>();
        var loops = app.Services.GetRequiredService<BackgroundLoops>();
        loops.Add(new BackgroundLoop("changes of other processes", ForeignWrites.Interval, async cancellationToken =>
        {
            if (await foreign.LookAsync(cancellationToken))
                api.Forget();
        }));
        loops.Add(new BackgroundLoop("idle uploads", UploadSessions.DropInterval, _ =>
        {
            api.Uploads.DropIdle();
            return Task.CompletedTask;
        }));
        loops.Add(new BackgroundLoop("disk reserve", ReserveInterval, _ => parts.Content.Reserve.TryMake()
            ? Task.CompletedTask
            : throw new DiskFullException(parts.Content.Layout.Root, "Pushes and builds are refused until there is room. Delete what is not needed and run `bistro gc`, or free space otherwise.")));
        foreach (var loop in parts.Loops)
            loops.Add(loop);
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
                // A failed collection may also have removed content.
                api.Forget();
            }
        }));
    }

    private static void Configure(KestrelServerOptions kestrel, RegistryOptions options, TimeProvider time)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        // With its own encoding, Content-Length accepts only digits (RFC 9110, section 8.6); otherwise "+5" would be valid.
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
        // What waits for the client of a stream of HTTP/2; for other connections the transport's limit counts.
        limits.MaxResponseBufferSize = SendPace.Piece;
        limits.MaxConcurrentConnections = options.MaxConnections;
        var certificate = kestrel.ApplicationServices.GetService<ServedCertificate>();
        var memory = new MemoryReturn(time);
        foreach (var endpoint in options.Listen)
        {
            kestrel.Listen(endpoint, listen =>
            {
                listen.Use(next => connection => CountAsync(memory, next, connection));
                Secure(listen, certificate);
            });
        }
    }

    private static async Task CountAsync(MemoryReturn memory, ConnectionDelegate next, ConnectionContext connection)
    {
        memory.Opened();
        try
        {
            await next(connection);
        }
        finally
        {
            memory.Closed();
        }
    }

    private static void Secure(ListenOptions listen, ServedCertificate? certificate)
    {
        if (certificate is null)
            return;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current }),
        });
    }
}
