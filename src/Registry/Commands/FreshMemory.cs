using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bistro.Registry.Commands;

/// <summary>Memory for a command that allocates much and ends soon: it would wait for nothing so long as for fresh pages, one by one.</summary>
internal static partial class FreshMemory
{
    private const int HugePage = 2 << 20;
    private const int AdviseHugePages = 14;

    // What is advised costs nothing before it is used.
    private const int Reach = 1 << 30;

    /// <summary>Collects nothing until so many bytes are allocated, and has the kernel give them in huge pages where it can.</summary>
    /// <param name="length">Of a small machine's memory it is an eighth at most.</param>
    public static unsafe void Reserve(long length)
    {
        // The collector goes on upwards from here, in a reservation of its own. It is only advice, whatever the answer.
        var newest = new object();
        var start = *(nint*)Unsafe.AsPointer(ref newest) & -HugePage;
        _ = madvise(start, Reach, AdviseHugePages);
        length = Math.Min(length, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);
        GC.TryStartNoGCRegion(length, length / 8);
    }

    [LibraryImport("libc")]
    private static partial int madvise(nint start, nuint length, int advice);
}
