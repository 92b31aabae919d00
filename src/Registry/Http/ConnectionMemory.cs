using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Bistro.Registry.Http;

/// <summary>
/// The memory that connections read into and answer from, in blocks of two sizes. Large blocks make pushes and pulls fast: each
/// takes one system call for what would be 64 blocks of the web server's own pool. Small blocks make waiting connections cheap.
/// A large block is lent where the code asks for one (<see cref="SendPace"/> bounds how many), and for receiving while a push is
/// flowing, as long as few are out; everything else gets small blocks. A connection without a request holds none. Blocks that are
/// given back beyond a few keep their addresses but give their pages back to the system at once.
/// </summary>
public sealed partial class ConnectionMemory : MemoryPool<byte>
{
    public const int SmallBlock = 8 * 1024;
    public const int LargeBlock = 256 * 1024;

    // Beyond that, receiving continues with small blocks: 8 MiB for all connections together.
    private const int MostLargeForReceiving = 32;

    // Of the blocks that wait for their next use, so many keep their pages: 8 MiB and 2 MiB.
    private const int MostReadyLarge = 32;
    private const int MostReadySmall = 256;

    private static int _flowingPushes;

    private readonly BlockSize _small = new(SmallBlock, MostReadySmall);
    private readonly BlockSize _large = new(LargeBlock, MostReadyLarge);

    public override int MaxBufferSize => LargeBlock;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeBlock);
        var isLarge = minBufferSize > SmallBlock || (Volatile.Read(ref _flowingPushes) > 0 && _large.Lent < MostLargeForReceiving);
        return (isLarge ? _large : _small).Rent();
    }

    /// <summary>A push has begun to flow: what is received meanwhile goes into large blocks.</summary>
    public static void BeginFlow() => Interlocked.Increment(ref _flowingPushes);

    /// <summary>A push has ended, or its client pauses.</summary>
    public static void EndFlow() => Interlocked.Decrement(ref _flowingPushes);

    // The web server's parts share the pool, and each disposes of it in its own time.
    protected override void Dispose(bool disposing)
    {
    }

    /// <summary>All blocks of one size, cut from slabs that live as long as the process.</summary>
    private sealed partial class BlockSize(int size, int mostReady)
    {
        private const int SlabSize = 1 << 20;
        private const int PageSize = 4096;
        private const int DontNeed = 4;

        private readonly ConcurrentQueue<Block> _ready = new();
        private readonly ConcurrentQueue<Block> _unbacked = new();
        private int _lent;

        public int Lent => Volatile.Read(ref _lent);

        public Block Rent()
        {
            Interlocked.Increment(ref _lent);
            Block? block;
            while (!_ready.TryDequeue(out block) && !_unbacked.TryDequeue(out block))
                CutSlab();
            block.IsRented = true;
            return block;
        }

        public void Return(Block block)
        {
            if (!block.IsRented)
                return;
            block.IsRented = false;
            Interlocked.Decrement(ref _lent);
            if (_ready.Count < mostReady)
            {
                _ready.Enqueue(block);
                return;
            }

            // The next use finds zeros there, which is as good as anything.
            _ = madvise(block.Address, (nuint)size, DontNeed);
            _unbacked.Enqueue(block);
        }

        // Pinned, because the kernel reads and writes it; from a page's beginning, because the system takes whole pages back.
        private unsafe void CutSlab()
        {
            var slab = GC.AllocateUninitializedArray<byte>(SlabSize + PageSize, pinned: true);
            var start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(slab));
            var aligned = (start + PageSize - 1) & -PageSize;
            for (var at = 0; at < SlabSize; at += size)
                _unbacked.Enqueue(new Block(this, aligned + at, MemoryMarshal.CreateFromPinnedArray(slab, (int)(aligned - start) + at, size)));
        }

        [LibraryImport("libc")]
        private static partial int madvise(nint start, nuint length, int advice);
    }

    private sealed class Block(BlockSize pool, nint address, Memory<byte> memory) : IMemoryOwner<byte>
    {
        public bool IsRented { get; set; }

        public nint Address => address;

        public Memory<byte> Memory => memory;

        public void Dispose() => pool.Return(this);
    }

    /// <summary>Gives all parts of the web server the one pool.</summary>
    public sealed class Factory(ConnectionMemory memory) : IMemoryPoolFactory<byte>
    {
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => memory;
    }
}
