using System.Net;
using Bistro.Registry.OnDemand;

namespace Bistro.Registry.Distribution;

/// <summary>What a server of the distribution API can be told. Every default suits a server on loopback.</summary>
public sealed record RegistryOptions
{
    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public required IReadOnlyList<IPEndPoint> Listen { get; init; }

    public OnDemandOptions OnDemand { get; init; } = new();

    public ContentRules Rules { get; init; } = new();

    public PageLimits Pages { get; init; } = new();

    /// <summary>Upload sessions that may be open at once.</summary>
    public int MaxUploads { get; init; } = 1_000;

    /// <summary>Bytes of memory for manifests and small blobs that are kept ready to be sent.</summary>
    public long CacheBytes { get; init; } = 32 << 20;
}
