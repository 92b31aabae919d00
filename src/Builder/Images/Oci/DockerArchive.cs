using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Bistro.Builder.Images.Oci;

/// <summary>An image in the <c>manifest.json</c> of an archive for <c>docker load</c>. Paths are relative to that file.</summary>
public sealed record DockerArchiveImage
{
    [JsonPropertyName("Config")]
    public required string Config { get; init; }

    [JsonPropertyName("RepoTags")]
    public ImmutableArray<string>? RepoTags { get; init; }

    [JsonPropertyName("Layers")]
    public required ImmutableArray<string> Layers { get; init; }
}

/// <summary>The file <c>json</c> beside each <c>layer.tar</c>. Only old versions of Docker read it.</summary>
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
