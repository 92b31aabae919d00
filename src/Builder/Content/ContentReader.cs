using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>An open object. Reads at offsets, so several readers may share it; the object cannot vanish while it is open.</summary>
/// <param name="handle">The object's file, which the reader closes.</param>
/// <param name="length">Its length in bytes.</param>
/// <param name="conclude">Told the digest of all bytes, says whether it is right; null when nobody doubts it.</param>
/// <param name="verify">Reads the object whole and says whether it is sound; once for all who ask at the same time.</param>
public sealed class ContentReader(
    SafeFileHandle handle, long length, Func<Digest, bool>? conclude = null, Func<Task<bool>>? verify = null) : IDisposable
{
    private Func<Digest, bool>? _conclude = conclude;

    public SafeFileHandle Handle { get; } = handle;

    /// <summary>The object's length in bytes.</summary>
    public long Length { get; } = length;

    /// <summary>Whether this process has seen the object's bytes and digest agree, and nobody has touched its file since.</summary>
    public bool IsVerified => _conclude is null;

    public ValueTask<int> ReadAsync(Memory<byte> target, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(Handle, target, offset, cancellationToken);

    public int Read(Span<byte> target, long offset) => RandomAccess.Read(Handle, target, offset);

    /// <summary>The object from its beginning. Disposing the stream disposes the reader.</summary>
    public Stream AsStream() => new FileStream(Handle, FileAccess.Read, bufferSize: 0);

    /// <summary>
    /// For who sends the whole object on: what is read goes through the check, and the last of it is not sent before the
    /// check has passed. Null when there is nothing to check any more.
    /// </summary>
    public ContentCheck? BeginCheck() => _conclude is null ? null : new ContentCheck(Conclude);

    /// <summary>
    /// For who sends a part of the object: the bytes of a part tell nothing, so an object that was not seen whole yet is
    /// read once before. False when it is corrupt; it is out of the store then.
    /// </summary>
    public async ValueTask<bool> VerifyAsync()
    {
        if (_conclude is not null && verify is not null && !await verify())
            return false;
        _conclude = null;
        return true;
    }

    public void Dispose() => Handle.Dispose();

    private bool Conclude(Digest actual)
    {
        if (_conclude?.Invoke(actual) is false)
            return false;
        _conclude = null;
        return true;
    }
}
