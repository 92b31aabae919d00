using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Bistro.Model.Content;

namespace Bistro.Registry.Names;

/// <summary>The digest algorithms registered by the image specification.</summary>
public enum DigestAlgorithm
{
    Sha256,
    Sha512,
}

/// <summary>
/// A digest in the API: <c>sha256:HEX</c>, or <c>sha512:HEX</c>, which is an alias of the SHA-256 <see cref="Digest"/> of the
/// same bytes.
/// </summary>
public readonly record struct OciDigest
{
    private const string Sha256Prefix = "sha256:";
    private const string Sha512Prefix = "sha512:";
    private const int Sha512HexLength = 128;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private OciDigest(DigestAlgorithm algorithm, Digest sha256, string text) =>
        (Algorithm, Sha256, Text) = (algorithm, sha256, text);

    public DigestAlgorithm Algorithm { get; }

    /// <summary>The digest, if <see cref="Algorithm"/> is SHA-256; otherwise undefined.</summary>
    public Digest Sha256 { get; }

    /// <summary>The text form; each digest has exactly one.</summary>
    public string Text { get; }

    public static OciDigest Of(Digest digest) => new(DigestAlgorithm.Sha256, digest, digest.ToString());

    /// <summary>The SHA-512 digest with this hash of 64 bytes.</summary>
    public static OciDigest OfSha512(ReadOnlySpan<byte> hash) =>
        new(DigestAlgorithm.Sha512, default, Sha512Prefix + Convert.ToHexStringLower(hash));

    public static bool TryParse([NotNullWhen(true)] string? text, out OciDigest digest)
    {
        digest = default;
        if (text is null)
            return false;
        if (Digest.TryParse(text, out var sha256))
            digest = new OciDigest(DigestAlgorithm.Sha256, sha256, text);
        else if (IsSha512(text))
            digest = new OciDigest(DigestAlgorithm.Sha512, default, text);
        return digest.Text is not null;
    }

    /// <summary>Parses the name of an algorithm, <c>sha256</c> or <c>sha512</c>.</summary>
    public static bool TryParseAlgorithm(string? text, out DigestAlgorithm algorithm)
    {
        algorithm = text == Sha512Prefix[..^1] ? DigestAlgorithm.Sha512 : DigestAlgorithm.Sha256;
        return algorithm == DigestAlgorithm.Sha512 || text == Sha256Prefix[..^1];
    }

    /// <summary>The hash: 32 or 64 bytes.</summary>
    public byte[] ToBytes() => Convert.FromHexString(Text.AsSpan(Text.IndexOf(':', StringComparison.Ordinal) + 1));

    public override string ToString() => Text;

    private static bool IsSha512(ReadOnlySpan<char> text) =>
        text.Length == Sha512Prefix.Length + Sha512HexLength
        && text.StartsWith(Sha512Prefix, StringComparison.Ordinal)
        && text[Sha512Prefix.Length..].IndexOfAnyExcept(LowerHex) < 0;
}
