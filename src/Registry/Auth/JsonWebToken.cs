using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Bistro.Registry.Auth;

/// <summary>A signed token in its compact form (RFC 7515, RFC 7519), parsed but not verified.</summary>
/// <param name="SignedText">The signed part of the token, in ASCII.</param>
public sealed record JsonWebToken(string Algorithm, string? KeyId, JsonElement Claims, byte[] SignedText, byte[] Signature)
{
    private const int MaxLength = 16 << 10;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Null if the text is not a signed token.</summary>
    public static JsonWebToken? Parse(string text)
    {
        var parts = text.Length <= MaxLength ? text.Split('.') : [];
        if (parts is not [var head, var body, { Length: > 0 } signature])
            return null;
        try
        {
            var header = ReadObject(head);
            // RFC 7515, 4.1.11: an unknown critical header makes the token invalid.
            if (header.TryGetProperty("crit", out _) || TextOf(header, "alg") is not { } algorithm)
                return null;
            return new JsonWebToken(
                algorithm, TextOf(header, "kid"), ReadObject(body), Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature));
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A string claim; null if it is missing.</summary>
    public string? Text(string claim) => TextOf(Claims, claim);

    /// <summary>A claim in Unix seconds; null if it is missing.</summary>
    public long? Seconds(string claim) =>
        Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
        && seconds is > 0 and < 1e12 ? (long)seconds : null;

    /// <summary>The claim's strings: a list, or a single string.</summary>
    public IReadOnlyList<string> Texts(string claim) => !Claims.TryGetProperty(claim, out var value) ? [] : value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => [],
    };

    private static JsonElement ReadObject(string part)
    {
        var element = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Options).RootElement;
        return element.ValueKind == JsonValueKind.Object ? element : throw new FormatException("Not an object.");
    }

    private static string? TextOf(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
