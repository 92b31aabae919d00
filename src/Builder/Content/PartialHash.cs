using System.Security.Cryptography;
using Bistro.Builder.Files;
using Bistro.Model.Content;

namespace Bistro.Builder.Content;

/// <summary>
/// The hashes of a partial object's first bytes, kept between its pieces so that nothing is read twice. Other processes may
/// append to the file meanwhile; they never change what was there when this process released it. Not thread-safe.
/// </summary>
public sealed class PartialHash : IDisposable
{
    private readonly ulong _inode;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private IncrementalHash? _sha512;

    internal PartialHash(ulong inode) => _inode = inode;

    /// <summary>The number of bytes that were hashed.</summary>
    internal long Length { get; private set; }

    /// <summary>Whether a file begins with the bytes that were hashed.</summary>
    internal bool IsOf(in FileStatus file) => file.Inode == _inode && file.Length >= Length;

    /// <summary>Computes the SHA-512 as well from here on.</summary>
    internal void ComputeSha512()
    {
        if (_sha512 is not null)
            return;
        _sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        if (Length > 0)
            Reset();
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _sha512?.AppendData(bytes);
        Length += bytes.Length;
    }

    internal void Reset()
    {
        Span<byte> none = stackalloc byte[SHA512.HashSizeInBytes];
        _sha256.GetHashAndReset(none);
        _sha512?.GetHashAndReset(none);
        Length = 0;
    }

    internal Digest Sha256()
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        _sha256.GetCurrentHash(hash);
        return new Digest(hash);
    }

    internal byte[] Sha512() => _sha512!.GetCurrentHash();

    public void Dispose()
    {
        _sha256.Dispose();
        _sha512?.Dispose();
    }
}
