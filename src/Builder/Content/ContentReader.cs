using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>An open object. Reads at offsets, so several readers may share it; the object cannot vanish while it is open.</summary>
public sealed class ContentReader(SafeFileHandle handle, long length) : IDisposable
{
    public SafeFileHandle Handle { get; } = handle;

    /// <summary>The object's length in bytes.</summary>
    public long Length { get; } = length;

    public ValueTask<int> ReadAsync(Memory<byte> target, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(Handle, target, offset, cancellationToken);

    public int Read(Span<byte> target, long offset) => RandomAccess.Read(Handle, target, offset);

    /// <summary>The object from its beginning. Disposing the stream disposes the reader.</summary>
    public Stream AsStream() => new FileStream(Handle, FileAccess.Read, bufferSize: 0);

    public void Dispose() => Handle.Dispose();
}
