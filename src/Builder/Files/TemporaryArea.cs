using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Files;

/// <summary>
/// One process's directory for what it is writing. Its lock dies with the process, so that the next process to come can
/// tell what a killed one left behind, and sweeps it.
/// </summary>
public sealed class TemporaryArea : IDisposable
{
    private const string LockName = "lock";

    private readonly SafeFileHandle _lock;
    private long _names;

    private TemporaryArea(string root, SafeFileHandle held) => (Root, _lock) = (root, held);

    public string Root { get; }

    /// <summary>Makes an area below <paramref name="parent"/>, and removes those of dead processes.</summary>
    public static TemporaryArea Create(string parent)
    {
        TemporaryArea area;
        List<TemporaryArea> dead;
        // Held while an area has no lock of its own yet, so that nobody takes a newborn for dead.
        using (var gate = Posix.OpenLock(Path.Combine(parent, LockName)))
        {
            Posix.Lock(gate, shared: false, parent);
            dead = [.. Directory.EnumerateDirectories(parent).Select(TryTake).OfType<TemporaryArea>()];
            var root = Path.Combine(parent, $"{Environment.ProcessId}-{Path.GetRandomFileName()}");
            Directory.CreateDirectory(root);
            area = TryTake(root)!;
        }
        dead.ForEach(left => left.Dispose());
        return area;
    }

    /// <summary>A path in the area that nothing else uses.</summary>
    public string NewPath() => $"{Root}/{Interlocked.Increment(ref _names):x}";

    /// <summary>A fresh directory, removed with all that is in it when disposed.</summary>
    public ScratchDirectory NewDirectory() => new(NewPath());

    public void Dispose()
    {
        DirectoryRemoval.Remove(Root);
        _lock.Dispose();
    }

    // Null when a living process has it, or had it until just now.
    private static TemporaryArea? TryTake(string root)
    {
        var path = Path.Combine(root, LockName);
        SafeFileHandle held;
        try
        {
            held = Posix.OpenLock(path);
        }
        catch (IOException) when (!Directory.Exists(root))
        {
            return null;
        }
        if (Posix.TryLock(held, shared: false, path))
            return new TemporaryArea(root, held);
        held.Dispose();
        return null;
    }
}
