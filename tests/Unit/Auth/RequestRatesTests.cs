using System.Net;
using Bistro.Registry.Auth;

namespace Bistro.Unit.Auth;

public sealed class RequestRatesTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Burst_is_let_through_and_then_the_rate()
    {
        var rates = new RequestRates(new RequestRateOptions(2, 3), _time);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Loopback)));
        Assert.Equal(TimeSpan.FromSeconds(0.5), rates.Take(IPAddress.Loopback));
        _time.GoOn(TimeSpan.FromSeconds(0.5));
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Loopback));
        Assert.NotEqual(TimeSpan.Zero, rates.Take(IPAddress.Loopback));
    }

    [Fact]
    public void Clients_are_counted_apart()
    {
        var rates = new RequestRates(new RequestRateOptions(1, 1), _time);
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Parse("192.0.2.1")));
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Parse("192.0.2.2")));
        Assert.NotEqual(TimeSpan.Zero, rates.Take(IPAddress.Parse("192.0.2.2").MapToIPv6()));
    }

    [Fact]
    public void One_network_of_IPv6_is_one_client()
    {
        var rates = new RequestRates(new RequestRateOptions(1, 1), _time);
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Parse("2001:db8::1")));
        Assert.NotEqual(TimeSpan.Zero, rates.Take(IPAddress.Parse("2001:db8::2")));
        Assert.Equal(TimeSpan.Zero, rates.Take(IPAddress.Parse("2001:db8:0:1::1")));
    }
}
