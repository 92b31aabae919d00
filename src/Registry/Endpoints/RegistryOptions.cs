using System.Net;
using Bistro.Registry.Auth;
using Bistro.Registry.Http;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Endpoints;

/// <summary>The options of the distribution API. The defaults suit a server on loopback.</summary>
public sealed record RegistryOptions
{
    /// <summary>The addresses to listen on; port 0 selects a free port.</summary>
    public required IReadOnlyList<IPEndPoint> Listen { get; init; }

    public OnDemandOptions OnDemand { get; init; } = new();

    /// <summary>Null for a server that does not authenticate callers; see <see cref="AccessRules.Default"/>.</summary>
    public AuthOptions? Auth { get; init; }

    /// <summary>Null for plain HTTP.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Null for no limit.</summary>
    public RequestRateOptions? Rate { get; init; }

    /// <summary>Maximum number of open connections; further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Maximum number of headers in a request.</summary>
    public int MaxHeaders { get; init; } = 100;

    /// <summary>Maximum size of all headers of a request, in bytes.</summary>
    public int MaxHeaderBytes { get; init; } = 32 << 10;

    /// <summary>Minimum rate of a request body in bytes per second, after <see cref="PushGrace"/>. A disconnected client can resume its push.</summary>
    public int SlowestPush { get; init; } = 100;

    /// <summary>How long a client may send less than <see cref="SlowestPush"/>.</summary>
    public TimeSpan PushGrace { get; init; } = TimeSpan.FromMinutes(1);

    public ContentRules Rules { get; init; } = new();

    public PageLimits Pages { get; init; } = new();

    /// <summary>Maximum number of open upload sessions.</summary>
    public int MaxUploads { get; init; } = 1_000;

    /// <summary>Memory for cached manifests and small blobs, in bytes.</summary>
    public long CacheBytes { get; init; } = 32 << 20;
}
