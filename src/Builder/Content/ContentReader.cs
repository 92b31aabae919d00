using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>An open object. Reads at offsets, so several readers may share it; the object cannot vanish while it is open.</summary>
/// <param name="handle">The object's file, which the reader closes.</param>
/// <param name="length">Its length in bytes.</param>
/// <param name="conclude">Checks the digest of all bytes; null when the object was verified before.</param>
/// <param name="verify">Reads the whole object and checks it. Callers at the same time share one reading.</param>
public sealed class ContentReader(
    SafeFileHandle handle, long length, Func<Digest, bool>? conclude = null, Func<Task<bool>>? verify = null) : IDisposable
{
    private Func<Digest, bool>? _conclude = conclude;

    public SafeFileHandle Handle { get; } = handle;

    /// <summary>The object's length in bytes.</summary>
    public long Length { get; } = length;

    /// <summary>Whether this process has verified the object's digest, and the file was not changed since.</summary>
    public bool IsVerified => _conclude is null;

    public ValueTask<int> ReadAsync(Memory<byte> target, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(Handle, target, offset, cancellationToken);

    public int Read(Span<byte> target, long offset) => RandomAccess.Read(Handle, target, offset);

    /// <summary>The object from its beginning. Disposing the stream disposes the reader.</summary>
    public Stream AsStream() => new FileStream(Handle, FileAccess.Read, bufferSize: 0);

    /// <summary>
    /// For sending the whole object: pass what is read to the check, and send the last part only after the check has passed.
    /// Null when the object was verified before.
    /// </summary>
    public ContentCheck? BeginCheck() => _conclude is null ? null : new ContentCheck(Conclude);

    /// <summary>
    /// For sending a part of the object. A part cannot be checked by itself, so an object that was not verified yet is read
    /// once before. False when it is corrupt; it was removed from the store then.
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
