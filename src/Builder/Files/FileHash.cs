using System.Buffers;
using System.Security.Cryptography;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Files;

/// <summary>The digest of a file's bytes.</summary>
internal static class FileHash
{
    private const int ChunkSize = 1 << 18;

    public static SizedDigest Of(string path, CancellationToken cancellationToken)
    {
        using var file = Posix.TryOpenRead(path) ?? throw new FileNotFoundException($"There is no file {path}.", path);
        return Of(file, cancellationToken);
    }

    public static SizedDigest Of(SafeFileHandle file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            long length = 0;
            for (int read; (read = RandomAccess.Read(file, buffer, length)) > 0; length += read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }
            Span<byte> digest = stackalloc byte[Digest.Size];
            hash.GetHashAndReset(digest);
            return new SizedDigest(new Digest(digest), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
