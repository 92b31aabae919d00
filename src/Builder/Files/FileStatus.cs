using System.Runtime.InteropServices;

namespace Bistro.Builder.Files;

/// <summary>What the kernel knows of a file: <c>struct statx</c>, whose layout is the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly struct FileStatus
{
    private const uint TypeMask = 0xF000;

    [field: FieldOffset(16)]
    public uint LinkCount { get; }

    [field: FieldOffset(20)]
    public uint UserId { get; }

    /// <summary>The type and the permission bits.</summary>
    [field: FieldOffset(28)]
    public ushort Mode { get; }

    [field: FieldOffset(32)]
    public ulong Inode { get; }

    [field: FieldOffset(40)]
    public long Length { get; }

    [FieldOffset(48)]
    private readonly long _blocks;


    [field: FieldOffset(64)]
    public Timestamp Access { get; }

    [field: FieldOffset(96)]
    public Timestamp Change { get; }

    [field: FieldOffset(112)]
    public Timestamp Modification { get; }

    [field: FieldOffset(136)]
    public ulong Device { get; }

    /// <summary>The room that it takes on the disk.</summary>
    public long DiskBytes => _blocks * 512;

    public bool IsFile => (Mode & TypeMask) == 0x8000;

    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public bool IsLink => (Mode & TypeMask) == 0xA000;

    /// <summary>Whether the owner may execute it.</summary>
    public bool IsExecutable => (Mode & 0x40) != 0;
}

/// <summary>A time as the kernel keeps it: seconds since 1970 and nanoseconds (<c>struct timespec</c>, <c>struct statx_timestamp</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Timestamp(long Seconds, long Nanoseconds = 0)
{
    /// <summary>Stands for a time that is not to be changed (<c>UTIME_OMIT</c>).</summary>
    public static Timestamp Unchanged { get; } = new(0, (1 << 30) - 2);

    public long TotalNanoseconds => (Seconds * 1_000_000_000) + Nanoseconds;

    public bool IsBefore(DateTimeOffset time) => TotalNanoseconds < From(time).TotalNanoseconds;

    public static Timestamp From(DateTimeOffset time) => new(time.ToUnixTimeSeconds(), time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
}
