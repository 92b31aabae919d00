using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Bistro.Builder.Images.Oci;

/// <summary>
/// JSON in one canonical form: members in the specification's order, maps sorted by name, no blanks, nothing that is
/// absent. Equal records give equal bytes, hence equal digests.
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
    // Characters stand as they are, not as \u…, wherever JSON allows it.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Serialize<T>(T value, JsonTypeInfo<T> type)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Writing))
            JsonSerializer.Serialize(writer, value, type);
        return bytes.WrittenSpan.ToArray();
    }
}
