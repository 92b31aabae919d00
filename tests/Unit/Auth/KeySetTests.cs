using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using Bistro.Registry.Auth;

namespace Bistro.Unit.Auth;

public sealed class KeySetTests
{
    [Fact]
    public async Task Issuer_that_hangs_holds_nobody_for_long()
    {
        // Connections are taken by the kernel, and never answered.
        using var issuer = new TcpListener(IPAddress.Loopback, 0);
        issuer.Start();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var keys = new KeySet(new Uri($"http://{issuer.LocalEndpoint}/keys"), http, new HastyTime());
        var token = JsonWebToken.Parse($"{Encode("{\"alg\":\"RS256\"}"u8)}.{Encode("{}"u8)}.{Encode("x"u8)}")!;
        Assert.False(await keys.VerifiesAsync(token, TestContext.Current.CancellationToken));
    }

    private static string Encode(ReadOnlySpan<byte> text) => Base64Url.EncodeToString(text);

    /// <summary>Whatever is waited for is over at once.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
