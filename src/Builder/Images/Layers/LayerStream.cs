using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// Hashes a layer's archive while it is written and compresses its blocks on all cores. The compressed blocks are passed on in
/// order. Memory holds at most a few blocks per core.
/// </summary>
internal sealed class LayerStream : Stream
{
    private readonly LayerCodec _codec;
    private readonly Channel<Task<Piece>> _pieces;
    private readonly Task _passingOn;
    private readonly CancellationTokenSource _stop;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _block;
    private int _filled;

    /// <param name="codec">Compresses the blocks; owned by the caller.</param>
    /// <param name="passOn">Receives the compressed bytes in order.</param>
    /// <param name="cancellationToken">Cancels the compression.</param>
    public LayerStream(LayerCodec codec, Action<ReadOnlySpan<byte>> passOn, CancellationToken cancellationToken)
    {
        _codec = codec;
        _block = ArrayPool<byte>.Shared.Rent(codec.BlockLength);
        _pieces = Channel.CreateBounded<Task<Piece>>(Environment.ProcessorCount);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _passingOn = PassOnAsync(passOn, _stop.Token);
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var length = Math.Min(buffer.Length, _codec.BlockLength - _filled);
            buffer[..length].CopyTo(_block.AsMemory(_filled));
            buffer = buffer[length..];
            _filled += length;
            if (_filled == _codec.BlockLength)
                await BeginBlockAsync(cancellationToken);
        }
    }

    /// <summary>Ends the archive, waits until all of it has been passed on, and returns its diff id.</summary>
    public async ValueTask<Digest> FinishAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0)
            await BeginBlockAsync(cancellationToken);
        _pieces.Writer.Complete();
        await _passingOn;
        return new Digest(_hash.GetHashAndReset());
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _pieces.Writer.TryComplete();
        await _passingOn.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_pieces.Reader.TryRead(out var piece))
            ArrayPool<byte>.Shared.Return((await piece).Bytes);
        ArrayPool<byte>.Shared.Return(_block);
        _hash.Dispose();
        _stop.Dispose();
        await base.DisposeAsync();
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask BeginBlockAsync(CancellationToken cancellationToken)
    {
        var block = new ArraySegment<byte>(_block, 0, _filled);
        _hash.AppendData(block);
        _codec.Observe(block);
        _block = ArrayPool<byte>.Shared.Rent(_codec.BlockLength);
        _filled = 0;
        try
        {
            await _pieces.Writer.WriteAsync(Task.Run(() => Compress(block), CancellationToken.None), cancellationToken);
        }
        catch (ChannelClosedException)
        {
            await _passingOn; // Throws the failure that closed the channel.
        }
    }

    private Piece Compress(ArraySegment<byte> block)
    {
        var target = ArrayPool<byte>.Shared.Rent(_codec.Bound(block.Count));
        var length = _codec.Compress(block, target);
        ArrayPool<byte>.Shared.Return(block.Array!);
        return new Piece(target, length);
    }

    private async Task PassOnAsync(Action<ReadOnlySpan<byte>> passOn, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var pending in _pieces.Reader.ReadAllAsync(cancellationToken))
            {
                var piece = await pending;
                passOn(piece.Bytes.AsSpan(0, piece.Length));
                ArrayPool<byte>.Shared.Return(piece.Bytes);
            }
        }
        catch (Exception failure)
        {
            // Without this, a writer would wait forever for room in the channel.
            _pieces.Writer.TryComplete(failure);
            throw;
        }
    }

    private readonly record struct Piece(byte[] Bytes, int Length);
}
