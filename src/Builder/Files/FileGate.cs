using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Files;

/// <summary>
/// A gate that many go through together, or one alone, in all processes of a store: a file that is locked for moments.
/// </summary>
internal sealed class FileGate : IDisposable
{
    private readonly string _path;

    // Each pass needs a file of its own: the kernel keeps locks by open file.
    private readonly ConcurrentBag<SafeFileHandle> _idle = [];

    /// <summary>Opens the gate's file, and creates it if it is absent.</summary>
    public FileGate(string path)
    {
        _path = path;
        _idle.Add(Posix.OpenLock(path));
    }

    /// <summary>Goes through with others, when nobody is alone in it.</summary>
    public Pass Together() => Enter(shared: true);

    /// <summary>Goes through when nobody else is in it.</summary>
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

    /// <summary>The way through, until it is disposed.</summary>
    public readonly struct Pass(FileGate gate, SafeFileHandle file) : IDisposable
    {
        public void Dispose() => gate.Leave(file);
    }
}
