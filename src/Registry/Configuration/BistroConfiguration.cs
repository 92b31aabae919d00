using System.Collections.Immutable;
using Bistro.Model.Yaml;
using Bistro.Registry.Endpoints;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Upkeep;

namespace Bistro.Registry.Configuration;

/// <summary>The settings of <c>bistro.yaml</c>, with absolute paths. Immutable.</summary>
public sealed record BistroConfiguration
{
    /// <summary>The file that was read; null if there is none.</summary>
    public string? File { get; init; }

    /// <summary><c>listen: HOST:PORT</c>; default <c>localhost:5000</c>.</summary>
    public ListenAddress Listen { get; init; } = ListenAddress.Default;

    /// <summary><c>store: DIR</c>; null for the default.</summary>
    public string? Store { get; init; }

    /// <summary>The served projects, in the order of the file.</summary>
    public ImmutableArray<ServedProject> Projects { get; init; } = [];

    /// <summary>BuildStream's overrides for projects, by their name in project.conf: the same entries as written.</summary>
    public MappingNode ProjectOverrides { get; init; } = MappingNode.Empty;

    /// <summary><c>source-defaults: {KIND: {url: …}}</c>: addresses that source kinds do not define themselves, such as the Debian mirror of <c>apt</c>.</summary>
    public MappingNode SourceDefaults { get; init; } = MappingNode.Empty;

    /// <summary><c>scheduler: {builders: N}</c>; default: the number of cores.</summary>
    public int Builders { get; init; } = System.Environment.ProcessorCount;

    /// <summary><c>scheduler: {fetchers: N}</c>: elements whose sources are fetched at the same time; default 10.</summary>
    public int Fetchers { get; init; } = 10;

    /// <summary><c>logging: {error-lines: N}</c>: log lines that are shown for a failed build; default 20.</summary>
    public int ErrorLines { get; init; } = 20;

    /// <summary><c>scheduler: {network-retries: N}</c>; default 2.</summary>
    public int NetworkRetries { get; init; } = 2;

    /// <summary><c>build: {max-jobs: N}</c>; 0, the default, means the number of cores, at most 8.</summary>
    public int MaxJobs { get; init; }

    /// <summary><c>cache: {quota: …}</c>: garbage collection.</summary>
    public CacheOptions Cache { get; init; } = new();

    /// <summary><c>waiting: {default: SECONDS, impatient: SECONDS}</c>; defaults 280 and 25.</summary>
    public OnDemandOptions Waiting { get; init; } = new();

    /// <summary><c>shutdown-timeout: SECONDS</c>: how long requests under way may take to end when the server stops; default 30.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>tls:</c>, <c>auth:</c>, <c>limits:</c> and <c>content:</c>; the listening addresses are set at the start.</summary>
    public RegistryOptions Registry { get; init; } = new() { Listen = [] };
}
