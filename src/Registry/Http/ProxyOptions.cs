using System.Net;

namespace Bistro.Registry.Http;

/// <summary>What stands between the clients and the server.</summary>
public sealed record ProxyOptions
{
    /// <summary>The proxies whose <c>X-Forwarded-…</c> headers count; empty for none.</summary>
    public IReadOnlyList<IPNetwork> Trusted { get; init; } = [];

    /// <summary>The path below which clients see the registry, <c>/registry</c>; empty for the root of the host.</summary>
    public string PathPrefix { get; init; } = "";
}
