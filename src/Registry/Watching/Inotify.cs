using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Registry.Watching;

/// <summary>What happened to an entry of a watched folder, or to the folder itself; the values are those of inotify(7).</summary>
[Flags]
internal enum FolderEvents : uint
{
    None = 0,
    Modified = 0x2,
    Attributes = 0x4,
    Written = 0x8,
    MovedFrom = 0x40,
    MovedTo = 0x80,
    Created = 0x100,
    Deleted = 0x200,
    SelfDeleted = 0x400,
    SelfMoved = 0x800,
    Unmounted = 0x2000,
    Overflow = 0x4000,
    Ignored = 0x8000,
    OnlyFolders = 0x0100_0000,
    DontFollow = 0x0200_0000,
    Add = 0x2000_0000,
    IsFolder = 0x4000_0000,
}

/// <summary>One entry of the queue.</summary>
/// <param name="Descriptor">The watch that it belongs to; -1 for an overflow.</param>
/// <param name="Events">The kind of change.</param>
/// <param name="Name">The entry of the folder; empty for the folder itself.</param>
internal readonly record struct FolderEvent(int Descriptor, FolderEvents Events, string Name);

/// <summary>
/// The kernel's queue of changes to folders (inotify). The kernel adds an event before the system call that caused it returns, and
/// reading never waits: a read returns every change that was complete before it.
/// </summary>
internal sealed partial class Inotify : IDisposable
{
    public const int NoEntry = 2;
    public const int AccessDenied = 13;
    public const int NotDirectory = 20;
    public const int NoSpace = 28;
    public const int Loop = 40;

    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int HeaderLength = 16;
    private const int BufferLength = 32 << 10;

    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly SafeFileHandle _queue;

    private Inotify(SafeFileHandle queue) => _queue = queue;

    /// <summary>A new queue; null if the user has reached the limit (<c>fs.inotify.max_user_instances</c>).</summary>
    public static Inotify? TryOpen()
    {
        var queue = inotify_init1(NonBlocking | CloseOnExec);
        if (!queue.IsInvalid)
            return new Inotify(queue);
        queue.Dispose();
        return null;
    }

    /// <summary>Watches a folder. For a folder that is already watched, these events are added.</summary>
    /// <returns>The watch's number, or the negative error number.</returns>
    public int Watch(string folder, FolderEvents events)
    {
        var descriptor = inotify_add_watch(_queue, folder, (uint)(events | FolderEvents.OnlyFolders | FolderEvents.DontFollow | FolderEvents.Add));
        return descriptor >= 0 ? descriptor : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Takes events from the queue.</summary>
    /// <returns>False when the queue was empty.</returns>
    public bool Read(List<FolderEvent> events)
    {
        events.Clear();
        var length = (int)read(_queue, _buffer, BufferLength);
        for (var rest = _buffer.AsSpan(0, Math.Max(0, length)); rest.Length >= HeaderLength;)
        {
            var nameLength = MemoryMarshal.Read<int>(rest[12..]);
            var name = rest.Slice(HeaderLength, nameLength);
            var end = name.IndexOf((byte)0);
            events.Add(new FolderEvent(
                MemoryMarshal.Read<int>(rest),
                (FolderEvents)MemoryMarshal.Read<uint>(rest[4..]),
                Encoding.UTF8.GetString(end < 0 ? name : name[..end])));
            rest = rest[(HeaderLength + nameLength)..];
        }
        return length > 0;
    }

    public void Dispose() => _queue.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial SafeFileHandle inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(SafeFileHandle queue, string path, uint events);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle queue, Span<byte> buffer, nint length);
}
