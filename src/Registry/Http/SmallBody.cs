using System.Buffers;
using System.IO.Pipelines;
using Bistro.Builder.Files;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Registry.Http;

/// <summary>
/// Reads a request body of at most a few MiB that is needed whole. A body that arrives slowly waits in a file beyond
/// <see cref="InMemory"/>, so that a client that stops sending costs little memory.
/// </summary>
public sealed class SmallBody : IDisposable
{
    /// <summary>Bytes that may wait in memory.</summary>
    public const int InMemory = 16 << 10;

    private readonly TemporaryArea _temporary;
    private byte[] _buffer = [];
    private SafeFileHandle? _file;
    private long _inFile;
    private int _inMemory;

    private SmallBody(TemporaryArea temporary) => _temporary = temporary;

    private long Length => _inFile + _inMemory;

    /// <param name="body">The body. What is left of a longer one stays unread.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <param name="temporary">Where the file is, until the body has been read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The bytes, or null when there are more than allowed.</returns>
    /// <exception cref="BadHttpRequestException">The body is incomplete or malformed.</exception>
    /// <exception cref="DiskFullException"/>
    public static async ValueTask<byte[]?> ReadAsync(PipeReader body, int most, TemporaryArea temporary, CancellationToken cancellationToken)
    {
        using var pieces = new GatheredBody(body);
        using var arrived = new SmallBody(temporary);
        while (true)
        {
            var result = await pieces.ReadAsync(cancellationToken);
            try
            {
                if (arrived.Length + result.Buffer.Length > most)
                    return null;
                if (result.IsCompleted)
                    return arrived.Join(result.Buffer);
                arrived.Add(result.Buffer);
            }
            finally
            {
                body.AdvanceTo(result.Buffer.End);
            }
        }
    }

    public void Dispose() => _file?.Dispose();

    private byte[] Join(ReadOnlySequence<byte> last)
    {
        var all = GC.AllocateUninitializedArray<byte>(checked((int)(Length + last.Length)));
        var offset = 0;
        while (offset < _inFile)
        {
            var read = RandomAccess.Read(_file!, all.AsSpan(offset, (int)_inFile - offset), offset);
            if (read == 0)
                throw new EndOfStreamException("A temporary file ended before its length.");
            offset += read;
        }

        _buffer.AsSpan(0, _inMemory).CopyTo(all.AsSpan(offset));
        last.CopyTo(all.AsSpan(offset + _inMemory));
        return all;
    }

    private void Add(ReadOnlySequence<byte> bytes)
    {
        if (_inMemory + bytes.Length <= InMemory)
        {
            if (_inMemory + bytes.Length > _buffer.Length)
                Array.Resize(ref _buffer, InMemory);
            bytes.CopyTo(_buffer.AsSpan(_inMemory));
            _inMemory += (int)bytes.Length;
            return;
        }

        Write(_buffer.AsMemory(0, _inMemory));
        _inMemory = 0;
        _buffer = [];
        foreach (var piece in bytes)
            Write(piece);
    }

    private void Write(ReadOnlyMemory<byte> bytes)
    {
        var path = _temporary.Root;
        try
        {
            if (_file is null)
            {
                path = _temporary.NewPath();
                _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
            }

            RandomAccess.Write(_file, bytes.Span, _inFile);
        }
        catch (IOException failure) when (failure is not DiskFullException && DiskFullException.Means(failure))
        {
            throw new DiskFullException(path);
        }

        _inFile += bytes.Length;
    }
}
