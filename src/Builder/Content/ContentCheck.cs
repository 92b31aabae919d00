using System.Security.Cryptography;
using Bistro.Model.Content;

namespace Bistro.Builder.Content;

/// <summary>Hashes an object's bytes in order while they are read, and checks the digest at the end.</summary>
public sealed class ContentCheck : IDisposable
{
    private readonly Func<Digest, bool> _conclude;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal ContentCheck(Func<Digest, bool> conclude) => _conclude = conclude;

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Called after the last byte. False when the object is corrupt; it was removed from the store then and is never served again.</summary>
    public bool Passes()
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        _hash.GetHashAndReset(hash);
        return _conclude(new Digest(hash));
    }

    public void Dispose() => _hash.Dispose();
}
