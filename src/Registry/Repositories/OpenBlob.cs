using System.IO.Pipelines;
using Bistro.Builder.Content;
using Bistro.Registry.Http;

namespace Bistro.Registry.Repositories;

/// <summary>A blob about to be sent: a file of the store, or the bytes of a small one that are in memory already.</summary>
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
    /// <inheritdoc cref="BlobSender.SendAsync(ContentReader, long, long, PipeWriter, SendPace, CancellationToken)"/>
    public Task SendAsync(HttpContext context, long offset, long length) => _file is null
        ? ResponseBytes.WriteAsync(context, _bytes.AsMemory((int)offset, (int)length))
        : BlobSender.SendAsync(_file, offset, length, context.Response.BodyWriter, SendPace.Of(context), context.RequestAborted);

    /// <summary>Checks the blob, so that parts of it may be sent.</summary>
    /// <exception cref="InvalidDataException">It is corrupt.</exception>
    public ValueTask VerifyAsync() => _file is null ? ValueTask.CompletedTask : BlobSender.VerifyAsync(_file);

    public void Dispose() => _file?.Dispose();
}
