using System.Net;
using Bistro.Registry.Auth;
using Microsoft.Extensions.Time.Testing;

namespace Bistro.Unit.Auth;

public sealed class RequestRatesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Burst_is_let_through_and_then_the_rate()
    {
        using var rates = new RequestRates(new RequestRateOptions(2, 3), _time);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Loopback)));
        Assert.Equal(TimeSpan.FromSeconds(0.5), rates.Take(IPAddress.Loopback));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Loopback));
        Assert.NotEqual(TimeSpan.Zero, rates.Take(IPAddress.Loopback));
    }

    [Fact]
    public void Pause_gives_no_more_than_a_burst()
    {
        using var rates = new RequestRates(new RequestRateOptions(2, 3), _time);
        rates.Take(IPAddress.Loopback);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Loopback)));
        Assert.NotEqual(TimeSpan.Zero, rates.Take(IPAddress.Loopback));
    }

    [Fact]
    public void Clients_are_counted_apart()
    {
        using var rates = new RequestRates(new RequestRateOptions(1, 1), _time);
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Parse("192.0.2.1")));
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Parse("192.0.2.2")));
        Assert.NotEqual(TimeSpan.Zero, rates.Take(IPAddress.Parse("192.0.2.2").MapToIPv6()));
    }

    [Fact]
    public void One_network_of_IPv6_is_one_client()
    {
        using var rates = new RequestRates(new RequestRateOptions(1, 1), _time);
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Parse("2001:db8::1")));
        Assert.NotEqual(TimeSpan.Zero, rates.Take(IPAddress.Parse("2001:db8::2")));
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public void A_request_costs_the_same_beside_twenty_thousand_clients()
    {
        const int clients = 20_000;
        var clock = new CountingTime();
        var comparer = new CountingComparer();
        using var rates = new RequestRates(new RequestRateOptions(1, 1), clock, comparer);
        var few = WorkOf(IPAddress.Parse("198.51.100.1"));
        for (var i = 0; i < clients; i++)
            rates.Take(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]));

        var many = WorkOf(IPAddress.Parse("198.51.100.2"));

        // Collisions of hashes may add a comparison or two.
        Assert.InRange(many, 1, few + 8);

        // Each bucket that a request looks at costs a comparison or a look at the clock.
        long WorkOf(IPAddress client)
        {
            var before = comparer.Calls + clock.Looks;
            rates.Take(client);
            rates.Take(client);
            return comparer.Calls + clock.Looks - before;
        }
    }

    private sealed class CountingComparer : IEqualityComparer<IPAddress>
    {
        private long _calls;

        public long Calls => Interlocked.Read(ref _calls);

        public bool Equals(IPAddress? x, IPAddress? y)
        {
            Interlocked.Increment(ref _calls);
            return x!.Equals(y);
        }

        public int GetHashCode(IPAddress obj)
        {
            Interlocked.Increment(ref _calls);
            return obj.GetHashCode();
        }
    }

    /// <summary>Counts the looks of the thread that made it: the limiter's timer runs on another one.</summary>
    private sealed class CountingTime : TimeProvider
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;

        public long Looks { get; private set; }

        public override long GetTimestamp()
        {
            if (Environment.CurrentManagedThreadId == _thread)
                Looks++;
            return base.GetTimestamp();
        }
    }
}
