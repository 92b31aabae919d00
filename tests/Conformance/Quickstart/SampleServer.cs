using System.Net;

namespace Bistro.Conformance.Quickstart;

/// <summary>
/// The samples served, and a cold image pulled by fifty clients at once. The checkout's cache keeps what was downloaded, the
/// base that hello is built on, and hello's digest: a first run builds everything in two empty stores and compares them; the
/// next ones build hello alone, and compare it with what the first one made.
/// </summary>
public sealed class SampleServer : IAsyncLifetime
{
    private const int Clients = 50;
    private const string Hello = "freedesktop-sdk/hello";

    private static readonly string Cache = Path.Combine(Checkout.Root, ".cache");
    private static readonly string Base = Path.Combine(Cache, "store");

    private static readonly string[] BaseElements =
    [
        "public-stacks/buildsystem-autotools.bst", "public-stacks/runtime-minimal.bst",
        "components/help2man.bst", "components/texinfo.bst", "oci/bootstrap-oci.bst",
    ];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-sample-");

    internal BistroServer Server { get; private set; } = null!;

    /// <summary>What the fifty were answered: status and digest.</summary>
    internal IReadOnlyList<(HttpStatusCode Status, string? Digest)> ColdPulls { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        (await BistroAsync(Base, ["build", .. BaseElements])).Succeeded();
        Server = await BistroServer.StartAsync(await StoreAsync("first", ["sources", "cas", "metadata.db"]));
        ColdPulls = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Server.GetManifestAsync(Hello)));
        await CopyAsync(Path.Combine(Server.Store, "sources"), Path.Combine(Base, "sources"));
    }

    /// <summary>The digest that hello has in another store, which was built from nothing but downloads, once for each key of hello.</summary>
    internal async Task<string?> DigestElsewhereAsync()
    {
        var shown = await BistroAsync(Base, ["show", "--deps", "none", "--format", "%{full-key}", "oci/hello.bst"]);
        var kept = Path.Combine(Cache, "hello", shown.Succeeded().Trim());
        if (File.Exists(kept))
            return await File.ReadAllTextAsync(kept);
        await using var server = await BistroServer.StartAsync(await StoreAsync("second", ["sources"]));
        var (_, digest) = await server.GetManifestAsync(Hello);
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        await File.WriteAllTextAsync(kept, digest);
        return digest;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Tool.RunAsync("rm", ["-rf", _directory.FullName]);
    }

    private static Task<Tool.Outcome> BistroAsync(string store, string[] arguments) => Tool.RunAsync(
        Checkout.Executable, ["-C", Path.Combine(Checkout.Root, "samples", "freedesktop-sdk"), "--store", store, .. arguments]);

    // A store with parts of the base.
    private async Task<string> StoreAsync(string name, string[] parts)
    {
        var store = Path.Combine(_directory.FullName, name);
        Directory.CreateDirectory(store);
        foreach (var part in parts)
            await CopyAsync(Path.Combine(Base, part), Path.Combine(store, part));
        return store;
    }

    private static async Task CopyAsync(string from, string to) =>
        (await Tool.RunAsync("cp", ["-aT", "--reflink=auto", from, to])).Succeeded();
}

/// <summary>The classes that share the one server.</summary>
[CollectionDefinition(nameof(SampleServer))]
public sealed class SampleServerTests : ICollectionFixture<SampleServer>;
