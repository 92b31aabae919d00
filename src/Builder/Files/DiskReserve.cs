namespace Bistro.Builder.Files;

/// <summary>
/// Room that the store holds for itself, so that a full disk is not a trap: deleting, collecting garbage and opening the
/// store need a little room before they free any.
/// <code>
/// reserve/room   bytes that are allocated and never read; the reserve stands while this file is there
/// reserve/new    the same while it is being allocated
/// reserve/1 …    empty files, for disks that have run out of inodes
/// </code>
/// Content is written only while the reserve stands; so what <see cref="Use"/> has released is not filled up again by
/// pushes and builds. The lock of the directory belongs to the process that makes or uses the reserve, and ends with its process.
/// </summary>
public sealed class DiskReserve
{
    private const long Largest = 8 << 20;
    private const long Smallest = 256 << 10;

    // Of a small disk the reserve takes this part.
    private const int PartOfDisk = 32;

    private const int Inodes = 16;
    private const uint Mode = 0x180; // 0600

    private readonly string _directory;
    private readonly string _room;
    private readonly string _new;
    private readonly Action<string>? _before;

    /// <param name="directory">Its directory, made when it is needed.</param>
    /// <param name="before">Called before each step, for tests; null in production.</param>
    internal DiskReserve(string directory, Action<string>? before = null) =>
        (_directory, _room, _new, _before) = (directory, $"{directory}/room", $"{directory}/new", before);

    /// <summary>The bytes of the room: a fixed number, or a part of a small disk.</summary>
    public long Size => Math.Clamp(new DriveInfo(_directory).TotalSize / PartOfDisk, Smallest, Largest);

    /// <summary>Whether the room is there. Another process may have released it.</summary>
    public bool IsStanding => Posix.TryStat(_room, out _);

    /// <summary>Makes the reserve again when there is room for it.</summary>
    /// <returns>Whether it stands.</returns>
    public bool TryMake()
    {
        if (IsStanding)
            return true;
        try
        {
            Directory.CreateDirectory(_directory);
            using var directory = Posix.OpenDirectory(_directory);
            // When another process makes or uses it, it does not stand yet.
            if (!Posix.TryLock(directory, shared: false, _directory))
                return IsStanding;
            try
            {
                if (!IsStanding)
                    Make();
                return true;
            }
            finally
            {
                Posix.Unlock(directory, _directory);
            }
        }
        catch (IOException failure) when (DiskFullException.Means(failure))
        {
            return false;
        }
    }

    /// <summary>Has content refused while the reserve does not stand and cannot be made.</summary>
    /// <param name="path">What was to be written.</param>
    /// <exception cref="DiskFullException"/>
    internal void Demand(string path)
    {
        if (!TryMake())
            throw new DiskFullException(path);
    }

    /// <summary>Does work that a full disk must not prevent. When it finds no room, the reserve is released and the work is done again.</summary>
    internal T WithRoom<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (IOException failure) when (DiskFullException.Means(failure))
        {
            return Use(work);
        }
    }

    /// <summary>Releases the reserve, and does work while no process can make it again.</summary>
    public T Use<T>(Func<T> work)
    {
        if (!Directory.Exists(_directory))
            return work();
        using var directory = Posix.OpenDirectory(_directory);
        Posix.Lock(directory, shared: false, _directory);
        try
        {
            Release();
            return work();
        }
        finally
        {
            Posix.Unlock(directory, _directory);
        }
    }

    private void Make()
    {
        Posix.TryUnlink(_new);
        _before?.Invoke(_directory);
        for (var i = 1; i <= Inodes; i++)
            Posix.OpenLock($"{_directory}/{i}").Dispose();
        _before?.Invoke(_new);
        try
        {
            using var file = Posix.CreateNew(_new, Mode);
            Posix.Allocate(file, Size, _new);
        }
        catch
        {
            Posix.TryUnlink(_new);
            throw;
        }

        _before?.Invoke(_room);
        Posix.Rename(_new, _room);
    }

    // What a killed process has left goes as well. The room goes first: without it, the reserve does not stand.
    private void Release()
    {
        _before?.Invoke(_room);
        Posix.TryUnlink(_room);
        _before?.Invoke(_new);
        Posix.TryUnlink(_new);
        for (var i = 1; i <= Inodes; i++)
            Posix.TryUnlink($"{_directory}/{i}");
    }

}
