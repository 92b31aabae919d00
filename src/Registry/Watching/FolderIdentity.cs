using System.Runtime.InteropServices;

namespace Bistro.Registry.Watching;

/// <summary>The identity of the folder that a path names now: its device and inode, after following links. Zero if the path names nothing.</summary>
internal readonly partial record struct FolderIdentity(ulong Device, ulong Inode)
{
    private const int CurrentDirectory = -100;
    private const uint InodeMask = 0x100;
    private const int StatusLength = 256;

    // The layout of struct statx is the same on every architecture.
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;

    public static FolderIdentity Of(string path)
    {
        Span<byte> status = stackalloc byte[StatusLength];
        return statx(CurrentDirectory, path, 0, InodeMask, status) == 0
            ? new FolderIdentity(MemoryMarshal.Read<ulong>(status[DeviceOffset..]), MemoryMarshal.Read<ulong>(status[InodeOffset..]))
            : default;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, Span<byte> status);
}
