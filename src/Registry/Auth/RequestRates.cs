using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Bistro.Registry.Auth;

/// <summary>The request rate allowed for one client.</summary>
/// <param name="PerSecond">Average requests per second.</param>
/// <param name="Burst">Requests at once after a pause.</param>
public sealed record RequestRateOptions(int PerSecond, int Burst);

/// <summary>
/// Counts the requests of each client with a token bucket. A client is an IPv4 address or a /64 network of IPv6. The limiter
/// drops the buckets of idle clients on a timer of its own, so that a request costs the same however many clients there are.
/// </summary>
public sealed class RequestRates : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _limiter;

    /// <param name="clients">Compares clients; null for equal addresses. Tests count the comparisons.</param>
    public RequestRates(RequestRateOptions options, TimeProvider time, IEqualityComparer<IPAddress>? clients = null) =>
        _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
            address => RateLimitPartition.Get(ClientOf(address), _ => new TokenBucket(options, time)), clients);

    /// <summary>Takes one token from the client's bucket.</summary>
    /// <returns>How long to wait when the bucket is empty; zero when the request may proceed.</returns>
    public TimeSpan Take(IPAddress? address)
    {
        using var lease = _limiter.AttemptAcquire(address ?? IPAddress.None);
        return !lease.IsAcquired && lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.Zero;
    }

    public void Dispose() => _limiter.Dispose();

    private static IPAddress ClientOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
