using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Bistro.Registry.Http;

/// <summary>
/// The memory for input and output of connections. With the web server's default blocks of 4 KiB, a layer arrives in many small
/// pieces, each with its own system calls; these blocks need a 64th of them. Idle connections hold no block, and unused pages
/// of a block take no memory.
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

    // Pinned, because the kernel reads and writes this memory.
    private sealed class Block(ConnectionMemory pool) : IMemoryOwner<byte>
    {
        public bool IsRented { get; set; }

        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public void Dispose() => pool.Return(this);
    }

    /// <summary>Creates the memory pools of the web server.</summary>
    public sealed class Factory : IMemoryPoolFactory<byte>
    {
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ConnectionMemory();
    }
}
