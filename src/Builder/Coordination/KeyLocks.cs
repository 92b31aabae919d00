using System.Text;
using Bistro.Builder.Files;
using Bistro.Model.Content;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Coordination;

/// <summary>
/// One holder a key, among all threads and processes of a store: a locked file, whose lock the kernel drops when its
/// process dies, however it dies.
/// </summary>
public sealed class KeyLocks(string directory, TimeProvider time)
{
    // The kernel does not wake a waiter that blocks no thread; within one process the scheduler waits by other means.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes the lock of a key, or null when another holds it.</summary>
    public KeyLock? TryAcquire(string key)
    {
        // Keys may be any text; file names may not.
        var path = Path.Combine(directory, Digest.Of(Encoding.UTF8.GetBytes(key)).Hex);
        while (true)
        {
            var file = Posix.OpenLock(path);
            if (!Posix.TryLock(file, shared: false, path))
            {
                file.Dispose();
                return null;
            }
            // Its last holder may have removed it between our opening and locking it.
            if (Posix.TryStat(path, out var there) && there.Inode == Posix.Stat(file).Inode)
                return new KeyLock(path, file);
            file.Dispose();
        }
    }

    /// <summary>Takes the lock of a key, waiting while another holds it.</summary>
    public async Task<KeyLock> AcquireAsync(string key, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAcquire(key) is { } held)
                return held;
            await Task.Delay(RetryInterval, time, cancellationToken);
        }
    }
}

/// <summary>A key that is held until this is disposed.</summary>
public sealed class KeyLock : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _file;

    internal KeyLock(string path, SafeFileHandle file) => (_path, _file) = (path, file);

    public void Dispose()
    {
        if (_file.IsClosed)
            return;
        Posix.TryUnlink(_path); // Still locked: a process that opened it meanwhile sees that it is gone.
        _file.Dispose();
    }
}
