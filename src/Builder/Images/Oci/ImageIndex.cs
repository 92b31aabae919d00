using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Bistro.Builder.Images.Oci;

/// <summary>Several manifests under one name, usually one for each platform (image-spec: Image Index).</summary>
public sealed record ImageIndex
{
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; } = 2;

    /// <summary>Layouts of older tools do not have it.</summary>
    [JsonPropertyName("mediaType")]
    public string? MediaType { get; init; }

    [JsonPropertyName("manifests")]
    public required ImmutableArray<Descriptor> Manifests { get; init; }

    [JsonPropertyName("annotations")]
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }
}
