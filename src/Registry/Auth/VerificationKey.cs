using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Bistro.Registry.Auth;

/// <summary>A public key with its only algorithm. A token cannot choose another algorithm, or none.</summary>
public sealed class VerificationKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;
    private readonly Func<byte[], byte[], bool> _verify;

    private VerificationKey(string? id, string algorithm, AsymmetricAlgorithm key, Func<byte[], byte[], bool> verify) =>
        (Id, Algorithm, _key, _verify) = (id, algorithm, key, verify);

    public string? Id { get; }

    public string Algorithm { get; }

    public static VerificationKey Of(string id, ECDsa key) =>
        new(id, "ES256", key, (text, signature) => key.VerifyData(text, signature, HashAlgorithmName.SHA256));

    /// <summary>Reads one key of a JSON Web Key Set (RFC 7517); null if its type is not supported.</summary>
    public static VerificationKey? Read(JsonElement jwk) => (Text(jwk, "use") ?? "sig") != "sig" ? null : Text(jwk, "kty") switch
    {
        "RSA" => ReadRsa(jwk),
        "EC" => ReadElliptic(jwk),
        _ => null,
    };

    public bool Verifies(JsonWebToken token)
    {
        try
        {
            return token.Algorithm == Algorithm && _verify(token.SignedText, token.Signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public void Dispose() => _key.Dispose();

    private static VerificationKey? ReadRsa(JsonElement jwk)
    {
        const int SmallestModulus = 2048 / 8;
        var modulus = Bytes(jwk, "n");
        if (modulus.Length < SmallestModulus)
            return null;
        var key = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = Bytes(jwk, "e") });
        var algorithm = Text(jwk, "alg") ?? "RS256";
        var (hash, padding) = algorithm switch
        {
            "RS256" => (HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "RS384" => (HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            "RS512" => (HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            "PS256" => (HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => (default, RSASignaturePadding.Pkcs1),
        };
        return hash.Name is null
            ? null
            : new VerificationKey(Text(jwk, "kid"), algorithm, key, (text, signature) => key.VerifyData(text, signature, hash, padding));
    }

    private static VerificationKey? ReadElliptic(JsonElement jwk)
    {
        var (curve, algorithm, hash) = Text(jwk, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, "ES256", HashAlgorithmName.SHA256),
            "P-384" => (ECCurve.NamedCurves.nistP384, "ES384", HashAlgorithmName.SHA384),
            _ => (default, "", default),
        };
        if (algorithm.Length == 0)
            return null;
        var key = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") } });
        return new VerificationKey(Text(jwk, "kid"), algorithm, key, (text, signature) => key.VerifyData(text, signature, hash));
    }

    private static byte[] Bytes(JsonElement jwk, string member) => Base64Url.DecodeFromChars(Text(jwk, member) ?? "");

    private static string? Text(JsonElement jwk, string member) =>
        jwk.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
