using System.Buffers;
using System.Security.Cryptography;
using Bistro.Builder.Files;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>One object on its way to disk. What fits into its buffer is hashed first, and written only if it is new.</summary>
internal sealed class ContentWriter(ContentBatch batch) : IContentWriter, IDisposable
{
    private const int BufferSize = 1 << 16;
    private const int LargeWrite = 1 << 17;
    private const long WritebackStep = 8 << 20;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _buffered;
    private IncrementalHash? _hash;
    private SafeFileHandle? _file;
    private string _path = "";
    private long _written;
    private long _writeback;
    private bool _isDisposed;

    public long Length => _written + _buffered;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (bytes.Length < LargeWrite)
        {
            Write(bytes.Span);
            return;
        }
        // Hashing and writing take about equally long: a large piece is worth two threads.
        FlushBuffer();
        var offset = Advance(bytes.Length);
        var writing = Task.Run(() => batch.Write(_file!, bytes.Span, offset, _path), CancellationToken.None);
        try
        {
            _hash!.AppendData(bytes.Span);
        }
        finally
        {
            await writing; // The caller may use its memory again only now.
        }
        BeginWriteback();
    }

    public ValueTask<SizedDigest> FinishAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Finish());
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        if (_buffered + bytes.Length > BufferSize)
            FlushBuffer();
        if (bytes.Length > BufferSize)
        {
            WriteThrough(bytes);
            return;
        }
        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    internal SizedDigest Finish()
    {
        if (_hash is null)
            return batch.Add(_buffer.AsSpan(0, _buffered));
        FlushBuffer();
        Span<byte> hash = stackalloc byte[Digest.Size];
        _hash.GetHashAndReset(hash);
        var digest = new Digest(hash);
        if (!batch.Has(digest))
        {
            batch.Accept(digest, _path, _file!);
            _file = null;
        }
        return new SizedDigest(digest, _written);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        ArrayPool<byte>.Shared.Return(_buffer);
        _hash?.Dispose();
        if (_file is null)
            return;
        _file.Dispose();
        Posix.TryUnlink(_path);
    }

    private void FlushBuffer()
    {
        _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _file ??= batch.CreateFile(out _path);
        var buffered = _buffer.AsSpan(0, _buffered);
        _buffered = 0;
        if (!buffered.IsEmpty)
            WriteThrough(buffered);
    }

    private void WriteThrough(ReadOnlySpan<byte> bytes)
    {
        _hash!.AppendData(bytes);
        batch.Write(_file!, bytes, Advance(bytes.Length), _path);
        BeginWriteback();
    }

    private long Advance(int length)
    {
        var offset = _written;
        _written += length;
        return offset;
    }

    // The disk writes while the rest arrives, so that the final sync has little left to do.
    private void BeginWriteback()
    {
        if (_written - _writeback < WritebackStep)
            return;
        Posix.BeginWriteback(_file!, _writeback, _written - _writeback);
        _writeback = _written;
    }
}
