using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Bistro.Registry.Auth;

/// <summary>Makes and verifies this server's own tokens. Its key lives with the process: tokens are short-lived, and clients ask for a new one.</summary>
public sealed class TokenIssuer : IDisposable
{
    public const string Name = "bistro";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TokenOptions _options;
    private readonly TimeProvider _time;
    private readonly VerificationKey _verification;
    private readonly string _keyId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public TokenIssuer(TokenOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _verification = VerificationKey.Of(_keyId, _key);
    }

    public bool Verifies(JsonWebToken token) => token.KeyId == _keyId && _verification.Verifies(token);

    public string Issue(Identity identity, IReadOnlyList<AccessClaim> access)
    {
        var now = _time.GetUtcNow();
        var head = Encode(json =>
        {
            json.WriteString("alg", _verification.Algorithm);
            json.WriteString("typ", "JWT");
            json.WriteString("kid", _keyId);
        });
        var body = Encode(json =>
        {
            json.WriteString("iss", Name);
            json.WriteString("aud", _options.Service);
            json.WriteString("sub", identity.Name ?? "");
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("nbf", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + _options.Lifetime).ToUnixTimeSeconds());
            WriteAccess(json, access);
        });
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256);
        return $"{head}.{body}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => _verification.Dispose();

    private static void WriteAccess(Utf8JsonWriter json, IReadOnlyList<AccessClaim> access)
    {
        json.WriteStartArray("access");
        foreach (var claim in access)
        {
            json.WriteStartObject();
            json.WriteString("type", claim.Type);
            json.WriteString("name", claim.Name);
            json.WriteStartArray("actions");
            foreach (var action in claim.Actions)
                json.WriteStringValue(action);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Encode(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }
}
