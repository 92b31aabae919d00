using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Bistro.Builder.Images.Oci;

/// <summary>One image in <c>manifest.json</c> of what <c>docker load</c> reads; paths are relative to that file.</summary>
public sealed record DockerArchiveImage
{
    [JsonPropertyName("Config")]
    public required string Config { get; init; }

    [JsonPropertyName("RepoTags")]
    public ImmutableArray<string>? RepoTags { get; init; }

    [JsonPropertyName("Layers")]
    public required ImmutableArray<string> Layers { get; init; }
}

/// <summary>The <c>json</c> beside each <c>layer.tar</c>, which only old readers look at.</summary>
public sealed record DockerLayerNote
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("parent")]
    public string? Parent { get; init; }

    [JsonPropertyName("os")]
    public required string Os { get; init; }
}

/// <summary>The content of <c>oci-layout</c> (image-spec: Image Layout).</summary>
public sealed record LayoutMarker
{
    [JsonPropertyName("imageLayoutVersion")]
    public required string ImageLayoutVersion { get; init; }
}
