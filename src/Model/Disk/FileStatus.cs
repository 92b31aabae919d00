using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Model.Disk;

/// <summary>The kind of file at a path.</summary>
internal enum FileKind : byte
{
    Missing,
    File,
    Folder,
    Link,

    /// <summary>A pipe, a socket or a device. To open a pipe waits for its writer, and a device may never end.</summary>
    Special,
}

/// <summary>
/// The version of a file: two reads under one status give the same bytes. The change time and the inode are part of it, because
/// tools such as rsync and tar set the modification time, and a replaced file may have the size and time of the old one.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="IsExecutable">Whether its owner may execute it.</param>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The number of the file in it.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">The time of the last write, in nanoseconds.</param>
/// <param name="Changed">The time of the last change of content, mode, owner or name, in nanoseconds. No program can set it.</param>
internal readonly partial record struct FileStatus(
    FileKind Kind, bool IsExecutable, ulong Device, ulong Inode, long Size, long Modified, long Changed)
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;

    // Type, mode, times, inode and size.
    private const uint Wanted = 0x7ff;

    public bool Exists => Kind != FileKind.Missing;

    /// <summary>Of what the path leads to, links followed. Of a folder only its identity counts, whatever happens to its entries.</summary>
    public static FileStatus Of(string path) =>
        statx(CurrentDirectory, path, 0, Wanted, out var status) == 0 ? status.ToFileStatus(countsEntries: false) : default;

    /// <summary>Of the path itself: a link is not followed. Of all else only the kind counts, as <see cref="Of(string)"/> tells the rest.</summary>
    public static FileStatus OfLink(string path)
    {
        if (statx(CurrentDirectory, path, NoFollow, Wanted, out var status) != 0)
            return default;
        var file = status.ToFileStatus(countsEntries: false);
        return file.Kind == FileKind.Link ? file : new FileStatus(file.Kind, false, 0, 0, 0, 0, 0);
    }

    /// <summary>Of a folder with its entries: it changes when one is added, removed or renamed.</summary>
    public static FileStatus OfEntries(string folder) =>
        statx(CurrentDirectory, folder, 0, Wanted, out var status) == 0 ? status.ToFileStatus(countsEntries: true) : default;

    /// <summary>Of an open file.</summary>
    public static FileStatus Of(SafeFileHandle file) =>
        statx(file, "", EmptyPath, Wanted, out var status) == 0 ? status.ToFileStatus(countsEntries: false) : default;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(SafeFileHandle file, string path, int flags, uint mask, out Status status);

    /// <summary><c>struct statx</c>, whose layout is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Status
    {
        [FieldOffset(28)]
        private readonly ushort _mode;

        [FieldOffset(32)]
        private readonly ulong _inode;

        [FieldOffset(40)]
        private readonly long _size;

        [FieldOffset(96)]
        private readonly Timestamp _changed;

        [FieldOffset(112)]
        private readonly Timestamp _modified;

        [FieldOffset(136)]
        private readonly uint _deviceMajor;

        [FieldOffset(140)]
        private readonly uint _deviceMinor;

        public FileStatus ToFileStatus(bool countsEntries)
        {
            var kind = (_mode & 0xF000) switch
            {
                0x8000 => FileKind.File,
                0x4000 => FileKind.Folder,
                0xA000 => FileKind.Link,
                _ => FileKind.Special,
            };
            var device = (ulong)_deviceMajor << 32 | _deviceMinor;
            return kind == FileKind.Folder && !countsEntries
                ? new FileStatus(kind, false, device, _inode, 0, 0, 0)
                : new FileStatus(kind, (_mode & 0x40) != 0, device, _inode, _size, _modified.Nanoseconds, _changed.Nanoseconds);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timestamp
    {
        private readonly long _seconds;
        private readonly uint _nanoseconds;
        private readonly int _reserved;

        public long Nanoseconds => _seconds * 1_000_000_000 + _nanoseconds;
    }
}
