using System.Buffers;
using System.Security.Cryptography;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>How a file of the disk comes into a batch: read once, as a copy or as itself.</summary>
internal static class FileIntake
{
    private const int ChunkSize = 1 << 18;

    public static SizedDigest Add(ContentBatch batch, string path, bool adopt, CancellationToken cancellationToken)
    {
        var source = Posix.TryOpenRead(path) ?? throw new FileNotFoundException($"There is no file {path}.", path);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            // A file with a second name could be written to by that name.
            if (!adopt || Posix.Stat(source).LinkCount != 1)
                return Copy(batch, source, buffer, cancellationToken);
            var content = Hash(source, buffer, cancellationToken);
            if (!batch.Has(content.Hash))
            {
                Posix.SetMode(source, ContentLayout.ObjectMode, path);
                batch.Accept(content.Hash, path, Interlocked.Exchange(ref source, null), isOurs: false);
            }
            return content;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            source?.Dispose();
        }
    }

    private static SizedDigest Copy(ContentBatch batch, SafeFileHandle source, byte[] buffer, CancellationToken cancellationToken)
    {
        var read = RandomAccess.Read(source, buffer, 0);
        if (read < buffer.Length && RandomAccess.Read(source, buffer.AsSpan(read), read) == 0)
            return batch.Add(buffer.AsSpan(0, read));
        using var writer = new ContentWriter(batch);
        for (; read > 0; read = RandomAccess.Read(source, buffer, writer.Length))
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(buffer.AsSpan(0, read));
        }
        return writer.Finish();
    }

    private static SizedDigest Hash(SafeFileHandle source, byte[] buffer, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        for (int read; (read = RandomAccess.Read(source, buffer, length)) > 0; length += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }
        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(digest);
        return new SizedDigest(new Digest(digest), length);
    }
}
