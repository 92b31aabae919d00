using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Bistro.Registry.Auth;

/// <summary>
/// Issues and verifies this server's own tokens. Without a key file the key lives with the process: access tokens are short-lived,
/// and clients request new ones.
/// </summary>
public sealed class TokenIssuer : IDisposable
{
    public const string Name = "bistro";

    /// <summary>The claim of a refresh token that binds it to the user's password.</summary>
    public const string PasswordVersion = "pwv";

    // Another issuer than that of access tokens, so that neither is ever taken for the other.
    private const string RefreshName = "bistro-refresh";

    private readonly ECDsa _key;
    private readonly TokenOptions _options;
    private readonly TimeProvider _time;
    private readonly VerificationKey _verification;
    private readonly string _keyId;

    public TokenIssuer(TokenOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _key = options.KeyFile is { } file ? ReadKey(file) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _keyId = Convert.ToHexStringLower(SHA256.HashData(_key.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));
        _verification = VerificationKey.Of(_keyId, _key);
    }

    /// <exception cref="CryptographicException">The key is not for ES256.</exception>
    /// <exception cref="ArgumentException">The file does not contain a private key in PEM.</exception>
    public static ECDsa ReadKey(string file)
    {
        const string P256 = "1.2.840.10045.3.1.7";
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value == P256
                ? key
                : throw new CryptographicException("The key is of another curve than P-256.");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public bool Verifies(JsonWebToken token) => token.KeyId == _keyId && _verification.Verifies(token);

    /// <summary>Whether it is a refresh token of this server, or of one with the same key and service.</summary>
    public bool VerifiesRefresh(JsonWebToken token) =>
        token.Text("iss") == RefreshName && token.Text("aud") == _options.Service && Verifies(token);

    public string Issue(Identity identity, IReadOnlyList<AccessClaim> access)
    {
        var now = _time.GetUtcNow();
        return Sign(json =>
        {
            json.WriteString("iss", Name);
            json.WriteString("aud", _options.Service);
            json.WriteString("sub", identity.Name ?? "");
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("nbf", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + _options.Lifetime).ToUnixTimeSeconds());
            WriteAccess(json, access);
        });
    }

    /// <summary>A token that gets its bearer access tokens. It does not expire: a new password ends it (distribution: Token Authentication Specification).</summary>
    public string IssueRefresh(string user, string passwordVersion) => Sign(json =>
    {
        json.WriteString("iss", RefreshName);
        json.WriteString("aud", _options.Service);
        json.WriteString("sub", user);
        json.WriteNumber("iat", _time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString(PasswordVersion, passwordVersion);
    });

    public void Dispose() => _verification.Dispose();

    private string Sign(Action<Utf8JsonWriter> writeClaims)
    {
        var head = Encode(json =>
        {
            json.WriteString("alg", _verification.Algorithm);
            json.WriteString("typ", "JWT");
            json.WriteString("kid", _keyId);
        });
        var body = Encode(writeClaims);
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256);
        return $"{head}.{body}.{Base64Url.EncodeToString(signature)}";
    }

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
