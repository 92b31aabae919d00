using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Oci;

/// <summary>The platform, container defaults, layers and history of an image (image-spec: Image Configuration).</summary>
public sealed record ImageConfig
{
    /// <summary>RFC 3339.</summary>
    [JsonPropertyName("created")]
    public string? Created { get; init; }

    [JsonPropertyName("author")]
    public string? Author { get; init; }

    [JsonPropertyName("architecture")]
    public required string Architecture { get; init; }

    [JsonPropertyName("variant")]
    public string? Variant { get; init; }

    [JsonPropertyName("os")]
    public required string Os { get; init; }

    [JsonPropertyName("os.version")]
    public string? OsVersion { get; init; }

    [JsonPropertyName("os.features")]
    public ImmutableArray<string>? OsFeatures { get; init; }

    [JsonPropertyName("config")]
    public ContainerConfig? Config { get; init; }

    [JsonPropertyName("rootfs")]
    public required RootFilesystem RootFilesystem { get; init; }

    /// <summary>One entry for each layer, the base first, and one for each step that changed only the config.</summary>
    [JsonPropertyName("history")]
    public ImmutableArray<HistoryEntry>? History { get; init; }

    [JsonIgnore]
    public Platform Platform => new() { Architecture = Architecture, Os = Os, OsVersion = OsVersion, OsFeatures = OsFeatures, Variant = Variant };
}

/// <summary>The digests of the uncompressed layers, the base first.</summary>
public sealed record RootFilesystem
{
    [JsonPropertyName("type")]
    public string Type { get; init; } = "layers";

    [JsonPropertyName("diff_ids")]
    public required ImmutableArray<Digest> DiffIds { get; init; }
}

/// <summary>The step that made a layer, or that changed only the config.</summary>
public sealed record HistoryEntry
{
    [JsonPropertyName("created")]
    public string? Created { get; init; }

    [JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    [JsonPropertyName("author")]
    public string? Author { get; init; }

    [JsonPropertyName("comment")]
    public string? Comment { get; init; }

    [JsonPropertyName("empty_layer")]
    public bool? EmptyLayer { get; init; }
}
