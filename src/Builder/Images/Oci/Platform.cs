using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Bistro.Builder.Images.Oci;

/// <summary>The platform of an image, with Go's names: <c>linux</c>, <c>amd64</c> (image-spec: Image Index).</summary>
public sealed record Platform
{
    [JsonPropertyName("architecture")]
    public required string Architecture { get; init; }

    [JsonPropertyName("os")]
    public required string Os { get; init; }

    [JsonPropertyName("os.version")]
    public string? OsVersion { get; init; }

    [JsonPropertyName("os.features")]
    public ImmutableArray<string>? OsFeatures { get; init; }

    [JsonPropertyName("variant")]
    public string? Variant { get; init; }

    /// <summary><c>os/architecture</c> followed by <c>/variant</c> if there is one, as clients write it.</summary>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
