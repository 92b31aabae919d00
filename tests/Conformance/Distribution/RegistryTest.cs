using Bistro.Registry.Endpoints;

namespace Bistro.Conformance.Distribution;

/// <summary>A test with a registry of its own.</summary>
public abstract class RegistryTest : IAsyncLifetime
{
    protected RunningRegistry Registry { get; private set; } = null!;

    protected HttpClient Client => Registry.Client;

    public async ValueTask InitializeAsync() => Registry = await RunningRegistry.StartAsync(configure: Configure);

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The options of this test's registry that differ from the defaults.</summary>
    protected virtual RegistryOptions Configure(RegistryOptions options) => options;
}
