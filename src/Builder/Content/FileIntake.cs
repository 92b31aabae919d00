using System.Buffers;
using Bistro.Builder.Files;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>Adds a file to a batch, reading it once: as a copy, or by taking the file itself.</summary>
internal static class FileIntake
{
    private const int ChunkSize = 1 << 18;

    public static SizedDigest Add(ContentBatch batch, string path, bool adopt, CancellationToken cancellationToken)
    {
        var source = Posix.TryOpenRead(path) ?? throw new FileNotFoundException($"There is no file {path}.", path);
        try
        {
            // A file with a second name could still be written to through that name.
            if (!adopt || Posix.Stat(source).LinkCount != 1)
                return Copy(batch, source, cancellationToken);
            var content = FileHash.Of(source, cancellationToken);
            if (!batch.Has(content.Hash))
            {
                Posix.SetMode(source, ContentLayout.ObjectMode, path);
                batch.Accept(content.Hash, path, Interlocked.Exchange(ref source, null), isOurs: false);
            }
            return content;
        }
        finally
        {
            source?.Dispose();
        }
    }

    private static SizedDigest Copy(ContentBatch batch, SafeFileHandle source, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
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
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
