using System.IO.Pipelines;
using Bistro.Builder.Content;
using Bistro.Registry.Http;

namespace Bistro.Registry.Repositories;

/// <summary>A blob about to be sent: a file of the store, or a small one's bytes that are in memory already.</summary>
public sealed class OpenBlob : IDisposable
{
    private readonly ContentReader? _file;
    private readonly byte[]? _bytes;

    public OpenBlob(ContentReader file) => (_file, Length) = (file, file.Length);

    /// <param name="bytes">Known to have the blob's digest.</param>
    public OpenBlob(byte[] bytes) => (_bytes, Length) = (bytes, bytes.Length);

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Sends the blob or a run of its bytes.</summary>
    /// <inheritdoc cref="BlobSender.SendAsync"/>
    public Task SendAsync(long offset, long length, PipeWriter target, CancellationToken cancellationToken) => _file is null
        ? target.WriteAsync(_bytes.AsMemory((int)offset, (int)length), CancellationToken.None).AsTask()
        : BlobSender.SendAsync(_file, offset, length, target, cancellationToken);

    public void Dispose() => _file?.Dispose();
}
