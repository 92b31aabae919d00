using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Files;

/// <summary>
/// A lock that all processes of a store share: held by many together, or by one alone, and only briefly.
/// </summary>
internal sealed class FileGate : IDisposable
{
    private readonly string _path;

    // Each holder needs a file of its own, because a lock belongs to an open file.
    private readonly ConcurrentBag<SafeFileHandle> _idle = [];

    /// <summary>Opens the gate's file, and creates it if it is absent.</summary>
    public FileGate(string path)
    {
        _path = path;
        _idle.Add(Posix.OpenLock(path));
    }

    /// <summary>Takes the lock together with others, waiting for one that has it alone.</summary>
    public Pass Together() => Enter(shared: true);

    /// <summary>Takes the lock alone, waiting for all others.</summary>
    public Pass Alone() => Enter(shared: false);

    public void Dispose()
    {
        while (_idle.TryTake(out var file))
            file.Dispose();
    }

    private Pass Enter(bool shared)
    {
        if (!_idle.TryTake(out var file))
            file = Posix.OpenLock(_path);
        Posix.Lock(file, shared, _path);
        return new Pass(this, file);
    }

    private void Leave(SafeFileHandle file)
    {
        Posix.Unlock(file, _path);
        _idle.Add(file);
    }

    /// <summary>The lock, until this is disposed.</summary>
    public readonly struct Pass(FileGate gate, SafeFileHandle file) : IDisposable
    {
        public void Dispose() => gate.Leave(file);
    }
}
