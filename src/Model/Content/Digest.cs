using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Bistro.Model.Content;

/// <summary>
/// A SHA-256 digest: the one name of a thing from the sandbox to the client. It cannot hold nonsense: text is parsed at
/// the edge and trusted from there on. Written <c>sha256:HEX</c> (OCI) or bare <see cref="Hex"/> (REAPI, BuildStream).
/// </summary>
public readonly struct Digest : IEquatable<Digest>, IComparable<Digest>
{
    public const int Size = 32;
    private const string Prefix = "sha256:";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly Bytes _bytes;

    public Digest(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != Size)
            throw new ArgumentException($"A SHA-256 digest has {Size} bytes, not {hash.Length}.", nameof(hash));
        hash.CopyTo(_bytes);
    }

    /// <summary>64 lower-case hex digits.</summary>
    public string Hex => Convert.ToHexStringLower(_bytes);

    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);
        return new Digest(hash);
    }

    /// <summary>Reads 64 lower-case hex digits; anything else is not a digest.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> hex, out Digest digest)
    {
        digest = default;
        if (hex.Length != 2 * Size || hex.IndexOfAnyExcept(LowerHex) >= 0)
            return false;
        Span<byte> hash = stackalloc byte[Size];
        Convert.FromHexString(hex, hash, out _, out _);
        digest = new Digest(hash);
        return true;
    }

    /// <summary>Reads <c>sha256:</c> and 64 lower-case hex digits (image-spec: Digests).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Digest digest)
    {
        digest = default;
        return text.StartsWith(Prefix, StringComparison.Ordinal) && TryParseHex(text[Prefix.Length..], out digest);
    }

    /// <exception cref="FormatException">The text is not 64 lower-case hex digits.</exception>
    public static Digest ParseHex(ReadOnlySpan<char> hex) =>
        TryParseHex(hex, out var digest) ? digest : throw new FormatException($"Not a SHA-256 digest: '{hex}'.");

    /// <exception cref="FormatException">The text is not <c>sha256:</c> and 64 lower-case hex digits.</exception>
    public static Digest Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"Not a SHA-256 digest: '{text}'.");

    public void CopyTo(Span<byte> target) => ((ReadOnlySpan<byte>)_bytes).CopyTo(target);

    public bool Equals(Digest other) => ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Digest other && Equals(other);

    public override int GetHashCode() => MemoryMarshal.Read<int>(_bytes);

    public int CompareTo(Digest other) => ((ReadOnlySpan<byte>)_bytes).SequenceCompareTo(other._bytes);

    public override string ToString() => Prefix + Hex;

    public static bool operator ==(Digest left, Digest right) => left.Equals(right);
    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;

    [InlineArray(Size)]
    private struct Bytes
    {
        private byte _first;
    }
}
