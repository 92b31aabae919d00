using System.Security.Cryptography;
using Bistro.Model.Content;

namespace Bistro.Builder.Content;

/// <summary>Sees an object's bytes pass by, in their order, and tells at the end whether they are the object's.</summary>
public sealed class ContentCheck : IDisposable
{
    private readonly Func<Digest, bool> _conclude;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal ContentCheck(Func<Digest, bool> conclude) => _conclude = conclude;

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>After the last byte: false when the object is corrupt. It is out of the store then, and is never served again.</summary>
    public bool Passes()
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        _hash.GetHashAndReset(hash);
        return _conclude(new Digest(hash));
    }

    public void Dispose() => _hash.Dispose();
}
