using System.Buffers;
using Bistro.Builder.Files;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>
/// An object that arrives in pieces, at one process after the other, with the lock of its file: no other process adds to it
/// until it is released, and the lock ends with the process. It is hashed while it arrives. What another process has added
/// is read again, and so is everything after a cut. Not thread-safe.
/// </summary>
public sealed class PartialObject : IDisposable
{
    private const int ReadSize = 1 << 18;
    private const int LargeWrite = 1 << 17;

    private readonly ContentStore _store;
    private readonly string _path;
    private readonly EarlySync _sync;
    private PartialHash? _hash;
    private SafeFileHandle? _file;

    /// <param name="store">The store that the object is for.</param>
    /// <param name="path">Its file.</param>
    /// <param name="file">The same file, open for reading and writing and locked.</param>
    /// <param name="length">The length of the file.</param>
    /// <param name="hash">The hash of its first bytes, which this object owns.</param>
    internal PartialObject(ContentStore store, string path, SafeFileHandle file, long length, PartialHash hash) =>
        (_store, _path, _file, Length, _hash, _sync) = (store, path, file, length, hash, new EarlySync(path, length));

    /// <summary>Bytes that have arrived.</summary>
    public long Length { get; private set; }

    private SafeFileHandle File => _file ?? throw new ObjectDisposedException(nameof(PartialObject));

    private PartialHash Hash => _hash ?? throw new ObjectDisposedException(nameof(PartialObject));

    /// <summary>Computes the SHA-512 as well from here on. Announced late, it costs a reading of the file.</summary>
    public void ComputeSha512() => Hash.ComputeSha512();

    /// <exception cref="DiskFullException"/>
    public async ValueTask AppendAsync(ReadOnlySequence<byte> bytes)
    {
        try
        {
            await WriteAndHashAsync(File, bytes, Length);
        }
        catch
        {
            Hash.Reset();
            throw;
        }

        Length += bytes.Length;
        _sync.Grow(File, Length);
    }

    /// <summary>Gives up what lies behind a length.</summary>
    public void CutTo(long length)
    {
        RandomAccess.SetLength(File, length);
        Length = length;
        _sync.Cut(length);
        if (Hash.Length > length)
            Hash.Reset();
    }

    public Digest Sha256(CancellationToken cancellationToken)
    {
        CatchUp(cancellationToken);
        return Hash.Sha256();
    }

    /// <returns>64 bytes.</returns>
    public byte[] Sha512(CancellationToken cancellationToken)
    {
        ComputeSha512();
        CatchUp(cancellationToken);
        return Hash.Sha512();
    }

    /// <summary>Makes what has arrived an object of the store, synced. The partial object is gone then.</summary>
    public async Task<SizedDigest> KeepAsync(CancellationToken cancellationToken)
    {
        var content = new SizedDigest(Sha256(cancellationToken), Length);
        await _sync.FinishAsync();
        await using var batch = new ContentBatch(_store);
        if (batch.Has(content.Hash))
        {
            Remove();
            return content;
        }

        Posix.SetMode(File, ContentLayout.ObjectMode, _path);
        batch.Accept(content.Hash, _path, File, isOurs: false);
        _file = null;
        try
        {
            await batch.CommitAsync(cancellationToken);
        }
        catch
        {
            // The client may close the upload again, at a server that is not root.
            Posix.TrySetMode(_path, PartialObjects.FileMode);
            throw;
        }

        return content;
    }

    /// <summary>Drops what has arrived.</summary>
    public void Remove()
    {
        // While it is locked: a process that waits for the lock sees that the name is gone.
        Posix.TryUnlink(_path);
        Close();
    }

    /// <summary>
    /// Lets the next request go on with it, here or in another process. Waits for a sync that is under way: the kernel
    /// reports a failed one once, and only to this process.
    /// </summary>
    /// <param name="keep">Receives the hash so far, before the lock is released, for <see cref="PartialObjects.TryTake"/>. It owns the hash then.</param>
    /// <exception cref="IOException">What has arrived could not be written to the disk. It is dropped.</exception>
    public async Task ReleaseAsync(Action<PartialHash> keep)
    {
        if (_file is null)
            return;
        try
        {
            await _sync.FinishAsync();
        }
        catch
        {
            Remove();
            throw;
        }

        PartialObjects.Stamp(File, _store.Now, _path);
        if (Interlocked.Exchange(ref _hash, null) is { } hash)
            keep(hash);
        Close();
    }

    public void Dispose()
    {
        Close();
        _hash?.Dispose();
    }

    private void Close()
    {
        if (Interlocked.Exchange(ref _file, null) is not { } file)
            return;
        // Not by closing alone: a child process that is just being started has the file open for a moment as well.
        Posix.Unlock(file, _path);
        file.Dispose();
    }

    private async ValueTask WriteAndHashAsync(SafeFileHandle file, ReadOnlySequence<byte> bytes, long offset)
    {
        // Hashing and writing take about equally long: a large piece is worth two threads.
        var writing = bytes.Length < LargeWrite ? null : Task.Run(() => Write(file, bytes, offset));
        if (writing is null)
            Write(file, bytes, offset);
        try
        {
            if (Hash.Length == offset)
            {
                foreach (var piece in bytes)
                    Hash.Append(piece.Span);
            }
        }
        finally
        {
            if (writing is not null)
                await writing; // The caller may use its memory again only now.
        }
    }

    private void Write(SafeFileHandle file, ReadOnlySequence<byte> bytes, long offset)
    {
        foreach (var piece in bytes)
        {
            _store.Write(file, piece.Span, offset, _path);
            offset += piece.Length;
        }
    }

    private void CatchUp(CancellationToken cancellationToken)
    {
        if (Hash.Length == Length)
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            while (Hash.Length < Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var wanted = (int)Math.Min(ReadSize, Length - Hash.Length);
                var read = RandomAccess.Read(File, buffer.AsSpan(0, wanted), Hash.Length);
                if (read == 0)
                    throw new EndOfStreamException("A partial object is shorter than it was.");
                Hash.Append(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
