using Bistro.Builder.Files;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>
/// Objects that arrive in pieces, by a name that their owner chooses. They outlive the process, and any process of the
/// store may go on with one. Their files say all that has to be known: the length is what has arrived, the lock belongs to
/// the process that adds to it, and the modification time is when it was last used.
/// </summary>
public sealed class PartialObjects(ContentStore store)
{
    internal const uint FileMode = 0x180; // 0600

    /// <summary>Begins one, whose lock the caller has. Its file is there, empty, when this returns.</summary>
    public PartialObject Begin(string name)
    {
        var path = PathOf(name);
        store.Faults?.Before(ContentStep.Create, path);
        store.Reserve.Demand(path);
        var file = Posix.CreateNewReadWrite(path, FileMode);
        Posix.Lock(file, shared: false, path);
        Stamp(file, store.Now, path);
        return new PartialObject(store, path, file, 0, new PartialHash(Posix.Stat(file).Inode));
    }

    /// <summary>Takes the lock of one; false when another request has it, here or in another process.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="known">Asked under the lock for the hash that the last <see cref="PartialObject.ReleaseAsync"/> in this process kept, if any. The object owns it from then on.</param>
    /// <param name="partial">The object, or null when there is none of that name.</param>
    public bool TryTake(string name, Func<PartialHash?> known, out PartialObject? partial)
    {
        var path = PathOf(name);
        partial = null;
        if (Posix.TryOpenReadWrite(path) is not { } opened)
            return true;
        SafeFileHandle? file = opened;
        try
        {
            if (!Posix.TryLock(file, shared: false, path))
                return false;
            var status = Posix.Stat(file);
            // Its last holder may have finished it between the opening and the locking.
            if (Posix.TryStat(path, out var there) && there.Inode == status.Inode)
            {
                partial = new PartialObject(store, path, file, status.Length, HashOf(status, known()));
                file = null;
            }

            return true;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>How many were used since then.</summary>
    public int CountUsedSince(DateTimeOffset since) => Directory
        .EnumerateFiles(store.Layout.Partial)
        .Count(path => Posix.TryStat(path, out var status) && !status.Modification.IsBefore(since));

    /// <summary>Removes those that were last used before then. One that a process is adding to stays.</summary>
    public void RemoveOlder(DateTimeOffset since)
    {
        foreach (var path in Directory.EnumerateFiles(store.Layout.Partial).Where(path => IsOlder(path, since)))
        {
            using var file = Posix.TryOpenRead(path);
            if (file is not null && Posix.TryLock(file, shared: false, path) && IsOlder(path, since))
                Posix.TryUnlink(path);
        }
    }

    internal static void Stamp(SafeFileHandle file, DateTimeOffset now, string path) => Posix.SetTimes(file, Timestamp.Unchanged, Timestamp.From(now), path);

    // A holder that was killed while it made an object of it may have left the mode and the time of objects.
    private static bool IsOlder(string path, DateTimeOffset since) =>
        Posix.TryStat(path, out var status) && status.Modification.IsBefore(since) && status.Change.IsBefore(since);

    private static PartialHash HashOf(in FileStatus status, PartialHash? known)
    {
        if (known is not null && known.IsOf(status))
            return known;
        known?.Dispose();
        return new PartialHash(status.Inode);
    }

    private string PathOf(string name) => Path.Combine(store.Layout.Partial, name);
}
