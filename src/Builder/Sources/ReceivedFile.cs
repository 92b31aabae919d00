using System.Buffers;
using System.Security.Cryptography;
using Bistro.Builder.Files;
using Bistro.Model.Content;

namespace Bistro.Builder.Sources;

/// <summary>A file that was just received: whole and hashed, in the scratch directory until it is moved to where it is kept.</summary>
internal sealed class ReceivedFile : IDisposable
{
    private const int ChunkSize = 128 * 1024;

    private readonly string _path;

    private ReceivedFile(string path, Digest digest, string? etag) => (_path, Digest, ETag) = (path, digest, etag);

    public Digest Digest { get; }

    /// <summary>The server's name for this state of the file, or null.</summary>
    public string? ETag { get; }

    /// <param name="read">Gives the next piece of what is received; 0 at its end.</param>
    /// <param name="etag">The server's name for it.</param>
    /// <param name="staging">Whose scratch directory holds it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ReceivedFile> SaveAsync(
        Func<Memory<byte>, ValueTask<int>> read, string? etag, SourceStaging staging, CancellationToken cancellationToken)
    {
        var path = Path.Combine(staging.ScratchDirectory, Path.GetRandomFileName());
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            int count;
            while ((count = await read(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
            file.Flush(flushToDisk: true);
        }
        catch (IOException failure) when (DiskFullException.Means(failure))
        {
            throw new DiskFullException(path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return new ReceivedFile(path, new Digest(hash.GetHashAndReset()), etag);
    }

    /// <summary>Puts it where it is kept, in one step. An equal file there is replaced.</summary>
    public void MoveTo(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(_path, path, overwrite: true);
    }

    public void Dispose() => File.Delete(_path);
}
