using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Oci;

/// <summary>The media type, size and digest of a content (image-spec: Content Descriptors).</summary>
public sealed record Descriptor
{
    [JsonPropertyName("mediaType")]
    public required string MediaType { get; init; }

    [JsonPropertyName("digest")]
    public required Digest Digest { get; init; }

    [JsonPropertyName("size")]
    public required long Size { get; init; }

    [JsonPropertyName("urls")]
    public ImmutableArray<string>? Urls { get; init; }

    [JsonPropertyName("annotations")]
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    [JsonPropertyName("platform")]
    public Platform? Platform { get; init; }

    [JsonPropertyName("artifactType")]
    public string? ArtifactType { get; init; }

    public static Descriptor Of(string mediaType, SizedDigest content) =>
        new() { MediaType = mediaType, Digest = content.Hash, Size = content.Size };
}
