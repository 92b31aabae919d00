using System.Net.Sockets;
using System.Text;

namespace Bistro.Conformance.Distribution;

/// <summary>Sends bytes that no HTTP library would send, and reads one answer.</summary>
internal static class RawClient
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <param name="text">The request as Latin-1, its lines ended by CR LF.</param>
    /// <returns>Status line, headers and body; empty when the server only closed the connection.</returns>
    public static async Task<string> SendAsync(Uri address, string text)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Longest);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, timeout.Token);
        var answer = new MemoryStream();
        await UntilClosedAsync(async () => await socket.SendAsync(Encoding.Latin1.GetBytes(text), timeout.Token));
        await UntilClosedAsync(async () =>
        {
            var buffer = new byte[64 << 10];
            for (int read; (read = await socket.ReceiveAsync(buffer, timeout.Token)) > 0;)
                answer.Write(buffer, 0, read);
        });
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    // The server may close the connection on us, even before it has everything; what it said by then counts.
    private static async Task UntilClosedAsync(Func<Task> exchange)
    {
        try
        {
            await exchange();
        }
        catch (SocketException)
        {
        }
    }

    public static int StatusOf(string answer) =>
        answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture) : 0;
}
