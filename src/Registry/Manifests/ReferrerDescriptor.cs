using System.Buffers;
using System.Text.Json;

namespace Bistro.Registry.Manifests;

/// <summary>Writes the descriptor of a referrer from its manifest, with all annotations.</summary>
public static class ReferrerDescriptor
{
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(ManifestRecord manifest)
    {
        var body = new ArrayBufferWriter<byte>(512 + manifest.Content.Annotations.Length);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("mediaType", manifest.Content.MediaType);
            json.WriteString("digest", manifest.Name.Text);
            json.WriteNumber("size", manifest.Size);
            if (manifest.Content.ArtifactType is { Length: > 0 } artifactType)
                json.WriteString("artifactType", artifactType);
            if (manifest.Content.Annotations.Length > 0)
            {
                json.WritePropertyName("annotations");
                json.WriteRawValue(manifest.Content.Annotations);
            }

            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
