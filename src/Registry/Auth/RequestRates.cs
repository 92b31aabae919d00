using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Bistro.Registry.Auth;

/// <summary>How many requests one client may send.</summary>
/// <param name="PerSecond">In the long run.</param>
/// <param name="Burst">At once, after a pause.</param>
public sealed record RequestRateOptions(int PerSecond, int Burst);

/// <summary>Counts the requests of each address: a bucket of tokens that fills up with time. Of IPv6, 64 bits are one client.</summary>
public sealed class RequestRates(RequestRateOptions options, TimeProvider time)
{
    private const int ManyClients = 10_000;

    private readonly ConcurrentDictionary<IPAddress, Bucket> _buckets = new();

    /// <summary>Takes one request from the client's bucket.</summary>
    /// <returns>How long to wait when it is empty; zero when the request may go on.</returns>
    public TimeSpan Take(IPAddress? address)
    {
        if (_buckets.Count > ManyClients)
            ForgetIdle();
        var bucket = _buckets.GetOrAdd(ClientOf(address ?? IPAddress.None), static (_, full) => new Bucket(full), (double)options.Burst);
        var now = time.GetTimestamp();
        lock (bucket)
        {
            if (bucket.Filled != 0)
                bucket.Tokens = Math.Min(options.Burst, bucket.Tokens + (time.GetElapsedTime(bucket.Filled, now).TotalSeconds * options.PerSecond));
            bucket.Filled = now;
            if (bucket.Tokens < 1)
                return TimeSpan.FromSeconds((1 - bucket.Tokens) / options.PerSecond);
            bucket.Tokens--;
            return TimeSpan.Zero;
        }
    }

    // A bucket that is full again says no more than none.
    private void ForgetIdle()
    {
        var fillTime = TimeSpan.FromSeconds((double)options.Burst / options.PerSecond);
        foreach (var (client, bucket) in _buckets)
        {
            if (time.GetElapsedTime(bucket.Filled) > fillTime)
                _buckets.TryRemove(client, out _);
        }
    }

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

    private sealed class Bucket(double tokens)
    {
        public double Tokens { get; set; } = tokens;

        public long Filled { get; set; }
    }
}
