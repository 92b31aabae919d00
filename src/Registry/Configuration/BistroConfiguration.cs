using System.Collections.Immutable;
using Bistro.Model.Yaml;
using Bistro.Registry.Endpoints;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Upkeep;

namespace Bistro.Registry.Configuration;

/// <summary>What <c>bistro.yaml</c> says, with every path absolute. Immutable; read once, at the start.</summary>
public sealed record BistroConfiguration
{
    /// <summary>The file it was read from; null when there is none.</summary>
    public string? File { get; init; }

    /// <summary><c>listen: HOST:PORT</c>; default <c>localhost:5000</c>.</summary>
    public ListenAddress Listen { get; init; } = ListenAddress.Default;

    /// <summary><c>store: DIR</c>; null for the default one.</summary>
    public string? Store { get; init; }

    /// <summary>What is served, in written order.</summary>
    public ImmutableArray<ServedProject> Projects { get; init; } = [];

    /// <summary>BuildStream's overrides for projects by the name in their project.conf: the same entries, as written.</summary>
    public MappingNode ProjectOverrides { get; init; } = MappingNode.Empty;

    /// <summary><c>source-defaults: {KIND: {url: …}}</c>: addresses that no kind has built in, such as the Debian mirror of <c>apt</c>.</summary>
    public MappingNode SourceDefaults { get; init; } = MappingNode.Empty;

    /// <summary><c>scheduler: {builders: N}</c>; default: the machine's cores.</summary>
    public int Builders { get; init; } = System.Environment.ProcessorCount;

    /// <summary><c>scheduler: {network-retries: N}</c>; default 2.</summary>
    public int NetworkRetries { get; init; } = 2;

    /// <summary><c>build: {max-jobs: N}</c>; 0, the default, stands for the machine's cores, 8 at most.</summary>
    public int MaxJobs { get; init; }

    /// <summary><c>cache: {quota: …}</c>: garbage collection.</summary>
    public CacheOptions Cache { get; init; } = new();

    /// <summary><c>waiting: {default: SECONDS, impatient: SECONDS}</c>; defaults 280 and 25.</summary>
    public OnDemandOptions Waiting { get; init; } = new();

    /// <summary><c>tls:</c>, <c>auth:</c>, <c>limits:</c> and <c>content:</c>; where it listens is said when it starts.</summary>
    public RegistryOptions Registry { get; init; } = new() { Listen = [] };
}
