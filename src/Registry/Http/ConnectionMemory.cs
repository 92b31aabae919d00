using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Bistro.Registry.Http;

/// <summary>
/// The memory that connections read into and answer from. The web server's own blocks have 4 KiB, so that a layer would
/// arrive in as many pieces, each received, written and hashed with a system call of its own; blocks of this size take
/// one of 64 of them. Connections without a request hold none, and of a block only what is used takes room.
/// </summary>
public sealed class ConnectionMemory : MemoryPool<byte>
{
    public const int BlockSize = 256 * 1024;

    private const int MostIdle = 16;

    private readonly ConcurrentQueue<Block> _idle = new();

    public override int MaxBufferSize => BlockSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        var block = _idle.TryDequeue(out var idle) ? idle : new Block(this);
        block.IsRented = true;
        return block;
    }

    protected override void Dispose(bool disposing) => _idle.Clear();

    private void Return(Block block)
    {
        if (!block.IsRented)
            return;
        block.IsRented = false;
        if (_idle.Count < MostIdle)
            _idle.Enqueue(block);
    }

    // Pinned, because the kernel reads and writes it.
    private sealed class Block(ConnectionMemory pool) : IMemoryOwner<byte>
    {
        public bool IsRented { get; set; }

        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public void Dispose() => pool.Return(this);
    }

    /// <summary>Gives each part of the web server such memory.</summary>
    public sealed class Factory : IMemoryPoolFactory<byte>
    {
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ConnectionMemory();
    }
}
