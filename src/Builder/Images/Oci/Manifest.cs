using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Bistro.Builder.Images.Oci;

/// <summary>An image for one platform: its config and its layers, the base first (image-spec: Image Manifest).</summary>
public sealed record Manifest
{
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; } = 2;

    /// <summary>Layouts of older tools do not have it; the descriptor that refers to the manifest does.</summary>
    [JsonPropertyName("mediaType")]
    public string? MediaType { get; init; }

    [JsonPropertyName("config")]
    public required Descriptor Config { get; init; }

    [JsonPropertyName("layers")]
    public required ImmutableArray<Descriptor> Layers { get; init; }

    [JsonPropertyName("annotations")]
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }
}
