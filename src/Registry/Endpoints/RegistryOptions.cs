using System.Net;
using Bistro.Registry.Auth;
using Bistro.Registry.Http;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Endpoints;

/// <summary>The options of the distribution API. The defaults suit a server on loopback.</summary>
public sealed record RegistryOptions
{
    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public required IReadOnlyList<IPEndPoint> Listen { get; init; }

    public OnDemandOptions OnDemand { get; init; } = new();

    /// <summary>Null for a server that does not authenticate callers; see <see cref="AccessRules.Default"/>.</summary>
    public AuthOptions? Auth { get; init; }

    /// <summary>Null for plain HTTP.</summary>
    public TlsOptions? Tls { get; init; }

    public ProxyOptions Proxies { get; init; } = new();

    /// <summary>Null for as many requests as a client can send.</summary>
    public RequestRateOptions? Rate { get; init; }

    /// <summary>Connections that may be open at once; more are closed as they come.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Headers that a request may have.</summary>
    public int MaxHeaders { get; init; } = 100;

    /// <summary>Bytes of all headers of a request together.</summary>
    public int MaxHeaderBytes { get; init; } = 32 << 10;

    /// <summary>Bytes a second that a client must send of a body, after <see cref="PushGrace"/>; it may resume what it was pushing.</summary>
    public int SlowestPush { get; init; } = 100;

    /// <summary>How long a client may send less than <see cref="SlowestPush"/>.</summary>
    public TimeSpan PushGrace { get; init; } = TimeSpan.FromMinutes(1);

    public ContentRules Rules { get; init; } = new();

    public PageLimits Pages { get; init; } = new();

    /// <summary>Upload sessions that may be open at once.</summary>
    public int MaxUploads { get; init; } = 1_000;

    /// <summary>Bytes of memory for manifests and small blobs that are kept ready to be sent.</summary>
    public long CacheBytes { get; init; } = 32 << 20;
}
