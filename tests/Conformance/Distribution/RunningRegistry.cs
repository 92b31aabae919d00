using System.Net;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Registry.Endpoints;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;
using Bistro.Registry.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bistro.Conformance.Distribution;

/// <summary>A registry with a store of its own, on a real web server on a free port of loopback.</summary>
public sealed class RunningRegistry : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly bool _ownsDirectory;
    private readonly ContentStore _content;
    private readonly MetadataStore _metadata;
    private readonly WebApplication _app;

    private RunningRegistry(string directory, bool ownsDirectory, ContentStore content, MetadataStore metadata, WebApplication app)
    {
        (Directory, _ownsDirectory, _content, _metadata, _app) = (directory, ownsDirectory, content, metadata, app);
        Address = new Uri(app.Urls.First());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public string Directory { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public ContentStore Content => _content;

    /// <summary>The limits of the web server.</summary>
    public KestrelServerLimits Limits => _app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

    /// <param name="directory">An existing store, which is not removed; null for a new one.</param>
    public static async Task<RunningRegistry> StartAsync(
        string? directory = null,
        Func<RegistryOptions, RegistryOptions>? configure = null,
        Func<ContentStore, IOnDemandRepositories>? onDemand = null,
        TimeProvider? time = null,
        Action<ILoggingBuilder>? logging = null)
    {
        var root = directory ?? FreshDirectory();
        var content = ContentStore.Create(root, time);
        var metadata = MetadataStore.Open(content, RepositorySchema.Schema);
        var options = new RegistryOptions { Listen = [new IPEndPoint(IPAddress.Loopback, 0)] };
        var parts = new RegistryParts(content, metadata, onDemand?.Invoke(content) ?? new NoProjects(), time ?? TimeProvider.System, Http);
        var app = RegistryServer.Build(configure?.Invoke(options) ?? options, parts, logging);
        await app.StartAsync();
        return new RunningRegistry(root, directory is null, content, metadata, app);
    }

    // In memory if possible: these tests do not depend on the cost of disk syncs.
    private static string FreshDirectory()
    {
        var memory = new DirectoryInfo("/dev/shm");
        return memory.Exists
            ? memory.CreateSubdirectory($"bistro-registry-{Guid.NewGuid():N}").FullName
            : System.IO.Directory.CreateTempSubdirectory("bistro-registry-").FullName;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _metadata.DisposeAsync();
        _content.Dispose();
        if (_ownsDirectory)
            System.IO.Directory.Delete(Directory, recursive: true);
    }
}
