using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bistro.Builder.Images.Oci;

/// <summary>
/// What a container of the image starts with (image-spec: Image Configuration, <c>config</c>). Members that only Docker
/// knows are named too; what nobody names is kept, so that a child image hands on all that its parent said.
/// </summary>
public sealed record ContainerConfig
{
    [JsonPropertyName("User")]
    public string? User { get; init; }

    [JsonPropertyName("ExposedPorts")]
    [JsonConverter(typeof(NameSetConverter))]
    public ImmutableSortedSet<string>? ExposedPorts { get; init; }

    /// <summary><c>NAME=value</c> each.</summary>
    [JsonPropertyName("Env")]
    public ImmutableArray<string>? Env { get; init; }

    [JsonPropertyName("Entrypoint")]
    public ImmutableArray<string>? Entrypoint { get; init; }

    [JsonPropertyName("Cmd")]
    public ImmutableArray<string>? Cmd { get; init; }

    [JsonPropertyName("Volumes")]
    [JsonConverter(typeof(NameSetConverter))]
    public ImmutableSortedSet<string>? Volumes { get; init; }

    [JsonPropertyName("WorkingDir")]
    public string? WorkingDir { get; init; }

    [JsonPropertyName("Labels")]
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    [JsonPropertyName("StopSignal")]
    public string? StopSignal { get; init; }

    [JsonPropertyName("Memory")]
    public long? Memory { get; init; }

    [JsonPropertyName("MemorySwap")]
    public long? MemorySwap { get; init; }

    [JsonPropertyName("CpuShares")]
    public long? CpuShares { get; init; }

    [JsonPropertyName("Healthcheck")]
    public Healthcheck? Healthcheck { get; init; }

    /// <summary>What nobody names. The serialiser fills it after construction, hence the setter.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>How Docker asks a container whether it is well.</summary>
public sealed record Healthcheck
{
    [JsonPropertyName("Test")]
    public ImmutableArray<string>? Test { get; init; }

    /// <summary>Nanoseconds, as the other times here.</summary>
    [JsonPropertyName("Interval")]
    public long? Interval { get; init; }

    [JsonPropertyName("Timeout")]
    public long? Timeout { get; init; }

    [JsonPropertyName("StartPeriod")]
    public long? StartPeriod { get; init; }

    [JsonPropertyName("StartInterval")]
    public long? StartInterval { get; init; }

    [JsonPropertyName("Retries")]
    public int? Retries { get; init; }
}
