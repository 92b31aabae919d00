using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>
/// Brings a file to the disk while it grows, so that the sync before it becomes an object has little left to do: the kernel is
/// asked to begin writing often, and now and then a sync beside the writer empties the disk's own cache. Not thread-safe.
/// </summary>
internal sealed class EarlySync(string path)
{
    private const long WritebackStep = 8 << 20;
    private const long SyncStep = 32 << 20;

    private long _written;
    private long _synced;
    private Task _syncing = Task.CompletedTask;

    /// <summary>Tells of bytes that were written up to this length.</summary>
    public void Grow(SafeFileHandle file, long length)
    {
        if (length - _written < WritebackStep)
            return;
        Posix.BeginWriteback(file, _written, length - _written);
        _written = length;
        // One that has failed stays, to be told by FinishAsync: the kernel tells of it only once.
        if (length - _synced < SyncStep || !_syncing.IsCompletedSuccessfully)
            return;
        _synced = length;
        _syncing = Task.Run(Sync);
    }

    /// <summary>Tells that what lies behind a length was given up.</summary>
    public void Cut(long length) => (_written, _synced) = (Math.Min(_written, length), Math.Min(_synced, length));

    /// <summary>Waits for the last sync; the file's last bytes are still to be synced.</summary>
    /// <exception cref="IOException">One of the syncs failed.</exception>
    public Task FinishAsync() => _syncing;

    // By a handle of its own, because the writer closes its whenever it pauses.
    private void Sync()
    {
        using var file = Posix.TryOpenRead(path);
        if (file is not null)
            Posix.SyncData(file, path);
    }
}
