using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Bistro.Builder.Images.Oci;

/// <summary>
/// Writes JSON in one canonical form: members in the order of the specification, maps sorted by name, no white space, no
/// members that are null. Equal records give equal bytes and digests.
/// </summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(DigestConverter), typeof(TextMapConverter)])]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(LayoutMarker))]
[JsonSerializable(typeof(ImmutableArray<DockerArchiveImage>))]
[JsonSerializable(typeof(DockerLayerNote))]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>))]
public sealed partial class OciJson : JsonSerializerContext
{
    // Characters are written as they are, and not as \u…, wherever JSON allows it.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Serialize<T>(T value, JsonTypeInfo<T> type)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Writing))
            JsonSerializer.Serialize(writer, value, type);
        return bytes.WrittenSpan.ToArray();
    }
}
