using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Files;

/// <summary>
/// Brings a file to the disk while it grows, so that the sync before it becomes an object has little left to do: the kernel is
/// asked to begin writing often, and now and then a sync beside the writer empties the disk's own cache. Not thread-safe.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="length">Its length so far; those bytes are left to the sync at the end.</param>
internal sealed class EarlySync(string path, long length)
{
    private const long WritebackStep = 8 << 20;
    private const long SyncStep = 32 << 20;

    private long _written = length;
    private long _synced = length;
    private Task _syncing = Task.CompletedTask;

    /// <summary>Reports that bytes were written up to this length.</summary>
    public void Grow(SafeFileHandle file, long length)
    {
        if (length - _written < WritebackStep)
            return;
        Posix.BeginWriteback(file, _written, length - _written);
        _written = length;
        // A sync that has failed is kept for FinishAsync: the kernel reports the failure only once.
        if (length - _synced < SyncStep || !_syncing.IsCompletedSuccessfully)
            return;
        _synced = length;
        _syncing = Task.Run(Sync);
    }

    /// <summary>Reports that what lies behind a length was given up.</summary>
    public void Cut(long length) => (_written, _synced) = (Math.Min(_written, length), Math.Min(_synced, length));

    /// <summary>Waits for the last sync. The file's last bytes are still to be synced. The owner of the file awaits this before it closes it.</summary>
    /// <exception cref="IOException">One of the syncs failed.</exception>
    public Task FinishAsync() => _syncing;

    private void Sync()
    {
        using var file = Posix.TryOpenRead(path);
        if (file is not null)
            Posix.SyncData(file, path);
    }
}
