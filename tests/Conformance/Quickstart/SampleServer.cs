using System.Net;

namespace Bistro.Conformance.Quickstart;

/// <summary>
/// The samples served from an empty store, and a cold image pulled by fifty clients at once. Downloads are kept in the
/// checkout's cache between runs: what is built is not.
/// </summary>
public sealed class SampleServer : IAsyncLifetime
{
    private const int Clients = 50;

    private static readonly string Downloads = Path.Combine(Checkout.Root, ".cache", "sources");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-sample-");

    internal BistroServer Server { get; private set; } = null!;

    /// <summary>What the fifty were answered: status and digest.</summary>
    internal IReadOnlyList<(HttpStatusCode Status, string? Digest)> ColdPulls { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var store = await EmptyStoreAsync("first");
        Server = await BistroServer.StartAsync(store);
        ColdPulls = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Server.GetManifestAsync("freedesktop-sdk/hello")));
        await CopyAsync(Path.Combine(store, "sources"), Downloads);
    }

    /// <summary>A store that holds downloads, as far as there were any, and nothing else.</summary>
    internal async Task<string> EmptyStoreAsync(string name)
    {
        var store = Path.Combine(_directory.FullName, name);
        Directory.CreateDirectory(store);
        if (Directory.Exists(Downloads))
            await CopyAsync(Downloads, Path.Combine(store, "sources"));
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Tool.RunAsync("rm", ["-rf", _directory.FullName]);
    }

    private static async Task CopyAsync(string from, string to)
    {
        Directory.CreateDirectory(to);
        (await Tool.RunAsync("cp", ["-a", "--reflink=auto", from + "/.", to])).Succeeded();
    }
}

/// <summary>The classes that share the one server.</summary>
[CollectionDefinition(nameof(SampleServer))]
public sealed class SampleServerTests : ICollectionFixture<SampleServer>;
