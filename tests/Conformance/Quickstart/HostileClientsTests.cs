using System.Globalization;
using Bistro.Conformance.Distribution;

namespace Bistro.Conformance.Quickstart;

/// <summary>Sends many concurrent hostile requests to the real executable and measures their cost.</summary>
public sealed class HostileClientsTests : IDisposable
{
    private const int Rounds = 4;
    private const int Clients = 16;

    // An idle server has some 60 MiB; each request may hold a manifest's 4 MiB.
    private const long MostMemory = 256L << 20;
    private const long MostGrowth = 64L << 20;

    private readonly DirectoryInfo _store = Directory.CreateTempSubdirectory("bistro-hostile-");

    public void Dispose() => _store.Delete(recursive: true);

    [Fact]
    public async Task Hostile_clients_cost_little_memory_however_many_they_are()
    {
        await using var server = await BistroServer.StartAsync(_store.FullName, "/dev/null");
        using var client = new HttpClient { BaseAddress = server.Loopback };
        var blob = $"/v2/there/blobs/{await client.PushBlobAsync("there", new byte[2048])}";
        var upload = (await client.SendAsync("POST", "/v2/there/blobs/uploads/")).Header("Location")!;
        var requests = Enumerable.Repeat(HostileRequests.All(upload, blob).ToList(), Rounds).SelectMany(request => request);
        var before = PeakMemory(server.ProcessId);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(requests, options, async (request, _) => await RawClient.SendAsync(server.Loopback, request.Text));
        var peak = PeakMemory(server.ProcessId);
        Assert.InRange(peak, 1, MostMemory);
        Assert.InRange(peak - before, 0, MostGrowth);
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
    }

    /// <summary>The most physical memory that a process has had, bytes (proc(5): VmHWM).</summary>
    private static long PeakMemory(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan("VmHWM:".Length, line.Length - "VmHWM:".Length - " kB".Length), CultureInfo.InvariantCulture) << 10;
    }
}
