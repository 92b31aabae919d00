using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Bistro.Conformance.Distribution;
using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Quickstart;

/// <summary>Clients that stop reading or sending, many at once, against the real executable: what each costs it, and what remains.</summary>
public sealed class StalledClientsTests : IDisposable
{
    // Fewer than the uploads that may be under way at once.
    private const int Clients = 900;

    // For each connection; the kernel's socket buffers are not the process's.
    private const long MostPerClient = 64 << 10;

    // What a process that has just been busy may keep, beside what it had before.
    private const long MostKept = 24L << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _store = Directory.CreateTempSubdirectory("bistro-stalled-");

    public void Dispose() => _store.Delete(recursive: true);

    [Theory]
    [InlineData("pull")]
    [InlineData("manifest")]
    [InlineData("push")]
    [InlineData("manifest push")]
    [InlineData("headers")]
    public async Task A_stalled_client_costs_little_memory_which_is_given_back(string what)
    {
        await using var server = await BistroServer.StartAsync(_store.FullName, "/dev/null");
        using var client = new HttpClient { BaseAddress = server.Loopback };
        var request = Encoding.ASCII.GetBytes(await PrepareAsync(client, what));
        var before = Memory(server.ProcessId);
        var sockets = new List<Socket>();
        for (var i = 0; i < Clients; i++)
            sockets.Add(await StallAsync(server.Loopback, request));
        await WaitUntilAsync(() => Memory(server.ProcessId) - before <= Clients * MostPerClient, () => $"{(Memory(server.ProcessId) - before) / Clients} bytes for each client");

        // Others are served meanwhile.
        var blob = RandomBytes(2 << 20);
        var digest = await client.PushBlobAsync("other", blob);
        Assert.Equal(blob, await (await client.SendAsync("GET", $"/v2/other/blobs/{digest}")).BytesAsync());

        foreach (var socket in sockets)
            socket.Dispose();
        await WaitUntilAsync(() => Memory(server.ProcessId) - before <= MostKept, () => $"{(Memory(server.ProcessId) - before) >> 20} MiB kept");
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
    }

    private static async Task<string> PrepareAsync(HttpClient client, string what)
    {
        const string IndexType = "application/vnd.oci.image.index.v1+json";
        switch (what)
        {
            case "pull":
                return $"GET /v2/a/blobs/{await client.PushBlobAsync("a", RandomBytes(32 << 20))} HTTP/1.1\r\nHost: x\r\n\r\n";
            case "manifest":
                var index = Encoding.ASCII.GetBytes(
                    $$$"""{"schemaVersion":2,"mediaType":"{{{IndexType}}}","manifests":[],"annotations":{"x":"{{{new string('x', 3 << 20)}}}"}}""");
                await client.PushManifestAsync("a", "large", index, IndexType);
                return "GET /v2/a/manifests/large HTTP/1.1\r\nHost: x\r\n\r\n";
            case "push":
                return $"POST /v2/a/blobs/uploads/?digest={HostileRequests.Digest} HTTP/1.1\r\nHost: x\r\nContent-Length: 33554432\r\n\r\n{new string('x', 200_000)}";
            case "manifest push":
                return $"PUT /v2/a/manifests/x HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n{new string('x', 500_000)}";
            default:
                var headers = string.Concat(Enumerable.Range(0, 10).Select(i => $"X-{i}: {new string('x', 1000)}\r\n"));
                return $"GET /v2/ HTTP/1.1\r\nHost: x\r\n{headers}";
        }
    }

    private static async Task<Socket> StallAsync(Uri address, byte[] request)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 64 << 10 };
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(request, TestContext.Current.CancellationToken);
        return socket;
    }

    // The server is still answering when the last client has sent its request; it does not report when it has sent what it can.
    private static async Task WaitUntilAsync(Func<bool> isSo, Func<string> what)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Longest);
        using var looks = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            // The first look is a second away: a process that has not begun has taken nothing.
            do
                await looks.WaitForNextTickAsync(timeout.Token);
            while (!isSo());
        }
        catch (OperationCanceledException)
        {
            Assert.Fail(what());
        }
    }

    /// <summary>The physical memory that a process has, bytes (proc(5): VmRSS).</summary>
    private static long Memory(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan("VmRSS:".Length, line.Length - "VmRSS:".Length - " kB".Length), CultureInfo.InvariantCulture) << 10;
    }
}
