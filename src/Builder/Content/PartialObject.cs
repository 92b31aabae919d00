using System.Buffers;
using System.Security.Cryptography;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>
/// An object that arrives in pieces, perhaps over several processes' lives. It is hashed while it arrives; only when that
/// was interrupted, by a restart or a cut, is its file read again. Not thread-safe.
/// </summary>
public sealed class PartialObject : IDisposable
{
    private const int ReadSize = 1 << 18;
    private const int LargeWrite = 1 << 17;

    private readonly ContentStore _store;
    private readonly string _path;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly EarlySync _sync;
    private IncrementalHash? _sha512;
    private SafeFileHandle? _file;
    private long _hashed;

    internal PartialObject(ContentStore store, string path, SafeFileHandle file, long length) =>
        (_store, _path, _file, _sync, Length) = (store, path, file, new EarlySync(path), length);

    /// <summary>Bytes that have arrived.</summary>
    public long Length { get; private set; }

    /// <summary>Computes the SHA-512 as well from here on. Announced late, it costs a reading of the file.</summary>
    public void ComputeSha512()
    {
        if (_sha512 is not null)
            return;
        _sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        if (Length > 0)
            ForgetHash();
    }

    /// <exception cref="DiskFullException"/>
    public async ValueTask AppendAsync(ReadOnlySequence<byte> bytes)
    {
        var file = File();
        try
        {
            await WriteAndHashAsync(file, bytes, Length);
        }
        catch
        {
            ForgetHash();
            throw;
        }

        Length += bytes.Length;
        _sync.Grow(file, Length);
    }

    /// <summary>Gives up what lies behind a length.</summary>
    public void CutTo(long length)
    {
        RandomAccess.SetLength(File(), length);
        Length = length;
        _sync.Cut(length);
        if (_hashed > length)
            ForgetHash();
    }

    public Digest Sha256(CancellationToken cancellationToken)
    {
        CatchUp(cancellationToken);
        Span<byte> hash = stackalloc byte[Digest.Size];
        _sha256.GetCurrentHash(hash);
        return new Digest(hash);
    }

    /// <returns>64 bytes.</returns>
    public byte[] Sha512(CancellationToken cancellationToken)
    {
        ComputeSha512();
        CatchUp(cancellationToken);
        return _sha512!.GetCurrentHash();
    }

    /// <summary>Makes what has arrived an object of the store, synced; the partial object is gone then.</summary>
    public async Task<SizedDigest> KeepAsync(CancellationToken cancellationToken)
    {
        var content = new SizedDigest(Sha256(cancellationToken), Length);
        await using var batch = new ContentBatch(_store);
        if (batch.Has(content.Hash))
        {
            Remove();
            return content;
        }

        var file = File();
        await _sync.FinishAsync();
        Posix.SetMode(file, ContentLayout.ObjectMode, _path);
        batch.Accept(content.Hash, _path, file, isOurs: false);
        _file = null;
        await batch.CommitAsync(cancellationToken);
        return content;
    }

    /// <summary>Drops what has arrived.</summary>
    public void Remove()
    {
        Close();
        Posix.TryUnlink(_path);
    }

    /// <summary>Closes the file until the next piece comes.</summary>
    public void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    public void Dispose()
    {
        Close();
        _sha256.Dispose();
        _sha512?.Dispose();
    }

    private SafeFileHandle File() => _file ??= PartialObjects.OpenFile(_path) ?? throw new FileNotFoundException("The partial object is gone.");

    private async ValueTask WriteAndHashAsync(SafeFileHandle file, ReadOnlySequence<byte> bytes, long offset)
    {
        // Hashing and writing take about equally long: a large piece is worth two threads.
        var writing = bytes.Length < LargeWrite ? null : Task.Run(() => Write(file, bytes, offset));
        if (writing is null)
            Write(file, bytes, offset);
        try
        {
            if (_hashed == offset)
                Hash(bytes);
        }
        finally
        {
            if (writing is not null)
                await writing; // The caller's memory is theirs again only now.
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

    private void Hash(ReadOnlySequence<byte> bytes)
    {
        foreach (var piece in bytes)
        {
            _sha256.AppendData(piece.Span);
            _sha512?.AppendData(piece.Span);
        }

        _hashed += bytes.Length;
    }

    private void ForgetHash()
    {
        Span<byte> none = stackalloc byte[64];
        _sha256.GetHashAndReset(none);
        _sha512?.GetHashAndReset(none);
        _hashed = 0;
    }

    private void CatchUp(CancellationToken cancellationToken)
    {
        if (_hashed == Length)
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            while (_hashed < Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var wanted = (int)Math.Min(ReadSize, Length - _hashed);
                var read = RandomAccess.Read(File(), buffer.AsSpan(0, wanted), _hashed);
                if (read == 0)
                    throw new EndOfStreamException("A partial object is shorter than it was.");
                Hash(new ReadOnlySequence<byte>(buffer, 0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
