using System.Collections.Immutable;
using System.Text.Json;
using Bistro.Builder.Images.Oci;
using Bistro.Registry.Names;

namespace Bistro.Registry.Manifests;

/// <summary>
/// Reads an OCI or Docker image manifest or index (image-spec: manifest.md, image-index.md). Unknown members are ignored.
/// Ambiguous documents are refused: duplicate members, an index that is also an image, and a media type that differs from
/// the Content-Type.
/// </summary>
public static class ManifestReader
{
    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <param name="contentType">The request's Content-Type without parameters, or null.</param>
    /// <param name="mistake">The mistake in the manifest, if the result is null.</param>
    public static ManifestContent? Read(ReadOnlyMemory<byte> json, string? contentType, out string mistake)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            mistake = "";
            return ReadRoot(document.RootElement, contentType);
        }
        catch (InvalidManifestException invalid)
        {
            mistake = invalid.Message;
        }
        catch (JsonException)
        {
            mistake = $"The manifest is not valid JSON, names a member twice, or is nested deeper than {MaxDepth} levels.";
        }
        catch (InvalidOperationException)
        {
            // A string with a lone surrogate, or bytes that are not UTF-8.
            mistake = "The manifest holds text that is not valid Unicode.";
        }

        return null;
    }

    private static ManifestContent ReadRoot(JsonElement root, string? contentType)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new InvalidManifestException("A manifest is a JSON object.");
        if (!root.TryGetProperty("schemaVersion", out var version) || version.ValueKind != JsonValueKind.Number
            || !version.TryGetInt32(out var number) || number != 2)
            throw new InvalidManifestException("The manifest's schemaVersion must be 2.");
        var mediaType = MediaTypeOf(root, contentType);
        var isIndex = MediaTypes.IsIndex(mediaType);
        var foreignMembers = isIndex ? ["config", "layers"] : new[] { "manifests" };
        foreach (var member in foreignMembers)
        {
            if (root.TryGetProperty(member, out _))
                throw new InvalidManifestException($"A manifest of type {mediaType} has no member '{member}'.");
        }

        var references = ImmutableArray.CreateBuilder<ManifestReference>();
        if (!isIndex)
            references.Add(OptionalDescriptor(root, "config") ?? throw new InvalidManifestException("An image manifest needs a 'config'."));
        AddAll(references, root, isIndex ? "manifests" : "layers");
        var artifactType = Text(root, "artifactType");
        if (string.IsNullOrEmpty(artifactType))
            artifactType = isIndex ? null : references[0].MediaType;
        return new ManifestContent(
            mediaType, references.ToImmutable(), OptionalDescriptor(root, "subject")?.Digest, artifactType, Annotations(root));
    }

    private static string MediaTypeOf(JsonElement root, string? contentType)
    {
        var written = Text(root, "mediaType");
        if (written is not null && contentType is not null && written != contentType)
            throw new InvalidManifestException($"The manifest's mediaType is '{written}' but its Content-Type is '{contentType}'.");
        var mediaType = written ?? contentType ?? (root.TryGetProperty("manifests", out _) ? MediaTypes.ImageIndex : MediaTypes.Manifest);
        return MediaTypes.IsManifest(mediaType) || MediaTypes.IsIndex(mediaType)
            ? mediaType
            : throw new InvalidManifestException($"'{mediaType}' is not a manifest type that this registry supports.");
    }

    private static void AddAll(ImmutableArray<ManifestReference>.Builder references, JsonElement root, string member)
    {
        // Go writes an empty list as null.
        if (!root.TryGetProperty(member, out var list) || list.ValueKind == JsonValueKind.Null)
            return;
        if (list.ValueKind != JsonValueKind.Array)
            throw new InvalidManifestException($"The manifest's '{member}' must be a list.");
        foreach (var item in list.EnumerateArray())
            references.Add(Descriptor(item, member));
    }

    private static ManifestReference? OptionalDescriptor(JsonElement root, string member) =>
        root.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? Descriptor(value, member) : null;

    private static ManifestReference Descriptor(JsonElement value, string member)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new InvalidManifestException($"The manifest's '{member}' must hold descriptors.");
        if (!OciDigest.TryParse(Text(value, "digest"), out var digest))
            throw new InvalidManifestException($"A descriptor in '{member}' has no valid sha256 or sha512 digest.");
        if (!value.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var bytes) || bytes < 0)
            throw new InvalidManifestException($"The descriptor of {digest} in '{member}' has no valid size.");
        var isForeign = value.TryGetProperty("urls", out var urls) && urls.ValueKind == JsonValueKind.Array && urls.GetArrayLength() > 0;
        return new ManifestReference(digest, Text(value, "mediaType") ?? "", bytes, isForeign, Platform(value));
    }

    private static string? Platform(JsonElement descriptor)
    {
        if (!descriptor.TryGetProperty("platform", out var platform) || platform.ValueKind != JsonValueKind.Object)
            return null;
        return $"{Text(platform, "os")}/{Text(platform, "architecture")}";
    }

    private static string? Text(JsonElement parent, string member)
    {
        if (!parent.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw new InvalidManifestException($"The manifest's '{member}' must be a string.");
    }

    private static string Annotations(JsonElement root)
    {
        if (!root.TryGetProperty("annotations", out var annotations) || annotations.ValueKind == JsonValueKind.Null)
            return "";
        if (annotations.ValueKind != JsonValueKind.Object
            || annotations.EnumerateObject().Any(annotation => annotation.Value.ValueKind != JsonValueKind.String))
            throw new InvalidManifestException("The manifest's 'annotations' must map strings to strings.");
        return annotations.GetRawText();
    }

    private sealed class InvalidManifestException(string message) : Exception(message);
}
