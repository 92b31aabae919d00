using Bistro.Builder.Files;
using Bistro.Model.Content;

namespace Bistro.Builder.Content;

/// <summary>
/// Files that this process has verified in their present state: a change of a file changes its status-change time, and the
/// file does not count as verified any more. Bounded; a file that was forgotten is read again.
/// </summary>
internal sealed class VerifiedObjects
{
    private const int GenerationSize = 100_000;

    private readonly Lock _lock = new();
    private HashSet<ulong> _young = [];
    private HashSet<ulong> _old = [];

    public bool Contains(Digest digest, in FileStatus status)
    {
        var mark = Mark(digest, status);
        lock (_lock)
        {
            if (_young.Contains(mark))
                return true;
            if (!_old.Contains(mark))
                return false;
        }
        Add(mark);
        return true;
    }

    public void Add(Digest digest, in FileStatus status) => Add(Mark(digest, status));

    private void Add(ulong mark)
    {
        lock (_lock)
        {
            if (_young.Count >= GenerationSize)
                (_young, _old) = ([], _young);
            _young.Add(mark);
        }
    }

    // 64 bits of a hash are enough: a collision needs a deliberate change and luck.
    private static ulong Mark(Digest digest, in FileStatus status)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        digest.CopyTo(hash);
        var mark = BitConverter.ToUInt64(hash);
        mark = Mix(mark ^ status.Inode);
        return Mix(mark ^ (ulong)status.Change.TotalNanoseconds);
    }

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
