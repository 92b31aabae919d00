using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bistro.Builder.Images.Oci;

/// <summary>
/// The defaults of an image's containers (image-spec: Image Configuration, <c>config</c>), with the members that only Docker
/// defines. Unknown members are kept, so that a child image inherits them from its parent.
/// </summary>
public sealed record ContainerConfig
{
    [JsonPropertyName("User")]
    public string? User { get; init; }

    [JsonPropertyName("ExposedPorts")]
    [JsonConverter(typeof(NameSetConverter))]
    public ImmutableSortedSet<string>? ExposedPorts { get; init; }

    /// <summary>Each as <c>NAME=value</c>.</summary>
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

    /// <summary>Unknown members. The serialiser fills it after construction, so it needs a setter.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>How Docker checks the health of a container.</summary>
public sealed record Healthcheck
{
    [JsonPropertyName("Test")]
    public ImmutableArray<string>? Test { get; init; }

    /// <summary>In nanoseconds, like the other times here.</summary>
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
