using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bistro.Registry.Commands;

/// <summary>Memory for a short command that allocates much: without this, most of its time would go to page faults.</summary>
internal static partial class FreshMemory
{
    private const int HugePage = 2 << 20;
    private const int AdviseHugePages = 14;

    // Advised memory costs nothing until it is used.
    private const int Reach = 1 << 30;

    /// <summary>Disables garbage collection until that many bytes are allocated, and asks the kernel to use huge pages for them.</summary>
    /// <param name="length">Bytes; limited to an eighth of the machine's memory.</param>
    public static unsafe void Reserve(long length)
    {
        // The runtime allocates upwards from here, in its own reservation. This is only advice, so the result does not matter.
        var newest = new object();
        var start = *(nint*)Unsafe.AsPointer(ref newest) & -HugePage;
        _ = madvise(start, Reach, AdviseHugePages);
        length = Math.Min(length, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);
        GC.TryStartNoGCRegion(length, length / 8);
    }

    [LibraryImport("libc")]
    private static partial int madvise(nint start, nuint length, int advice);
}
