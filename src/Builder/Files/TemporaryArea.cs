using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Files;

/// <summary>
/// One process's directory for what it is writing. Its lock ends with the process, so that the next process can tell what
/// a killed one left behind, and removes it.
/// </summary>
public sealed class TemporaryArea : IDisposable
{
    private const string LockName = "lock";
    private const uint DirectoryMode = 0x1FF; // 0777, less the umask

    private readonly string _parent;
    private readonly Lock _making = new();
    private Held? _held;
    private long _names;

    private TemporaryArea(string parent) => _parent = parent;

    /// <summary>The directory, made if a full disk had no room for it before.</summary>
    /// <exception cref="DiskFullException"/>
    public string Root => Make().Root;

    /// <summary>Makes an area below <paramref name="parent"/>, and removes those of dead processes.</summary>
    /// <param name="parent">Where all processes have their areas.</param>
    /// <param name="reserve">
    /// Room for it on a full disk. When another program has taken that as well, the area is made when it is first needed:
    /// what only reads and removes needs none.
    /// </param>
    internal static TemporaryArea Create(string parent, DiskReserve reserve)
    {
        var area = new TemporaryArea(parent);
        try
        {
            reserve.WithRoom(area.Make);
        }
        catch (DiskFullException)
        {
            // Made later.
        }

        return area;
    }

    /// <summary>A path in the area that nothing else uses.</summary>
    public string NewPath() => $"{Root}/{Interlocked.Increment(ref _names):x}";

    /// <summary>A fresh directory, removed with all that is in it when disposed.</summary>
    public ScratchDirectory NewDirectory() => new(NewPath());

    public void Dispose() => _held?.Dispose();

    private Held Make()
    {
        if (Volatile.Read(ref _held) is { } made)
            return made;
        lock (_making)
            return _held ??= Make(_parent);
    }

    private static Held Make(string parent)
    {
        List<Held> dead;
        Held area;
        // Held while an area has no lock of its own yet, so that no process takes a new area for an abandoned one.
        using (var gate = Posix.OpenLock(Path.Combine(parent, LockName)))
        {
            Posix.Lock(gate, shared: false, parent);
            dead = [.. Directory.EnumerateDirectories(parent).Select(TryTake).OfType<Held>()];
            area = MakeNew(Path.Combine(parent, $"{Environment.ProcessId}-{Path.GetRandomFileName()}"));
        }

        dead.ForEach(left => left.Dispose());
        return area;
    }

    private static Held MakeNew(string root)
    {
        Posix.MakeDirectory(root, DirectoryMode);
        try
        {
            return TryTake(root) ?? throw new DiskFullException(root);
        }
        catch
        {
            DirectoryRemoval.Remove(root);
            throw;
        }
    }

    // Null when a living process has it, or had it until just now.
    private static Held? TryTake(string root)
    {
        var path = Path.Combine(root, LockName);
        SafeFileHandle file;
        try
        {
            file = Posix.OpenLock(path);
        }
        catch (IOException) when (!Directory.Exists(root))
        {
            return null;
        }
        catch (DiskFullException)
        {
            // A dead process's area without a lock, and no room for one.
            return null;
        }

        if (Posix.TryLock(file, shared: false, path))
            return new Held(root, file);
        file.Dispose();
        return null;
    }

    /// <summary>A directory whose lock this process has.</summary>
    private sealed record Held(string Root, SafeFileHandle Lock) : IDisposable
    {
        public void Dispose()
        {
            DirectoryRemoval.Remove(Root);
            Lock.Dispose();
        }
    }
}
