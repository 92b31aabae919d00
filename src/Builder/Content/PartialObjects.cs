using Microsoft.Win32.SafeHandles;

namespace Bistro.Builder.Content;

/// <summary>Where objects that arrive in pieces wait for the rest, by a name that their owner chooses. They outlive the process.</summary>
public sealed class PartialObjects(ContentStore store)
{
    /// <summary>Begins one; its file is there, empty, when this returns.</summary>
    public PartialObject Begin(string name)
    {
        var path = PathOf(name);
        store.Faults?.Before(ContentStep.Create, path);
        return new PartialObject(store, path, Open(path, FileMode.CreateNew), 0);
    }

    /// <summary>Goes on with one, or null when there is none of that name.</summary>
    public PartialObject? Resume(string name)
    {
        var path = PathOf(name);
        return OpenFile(path) is { } file ? new PartialObject(store, path, file, RandomAccess.GetLength(file)) : null;
    }

    /// <summary>Removes those that nothing was done with since then.</summary>
    public void RemoveOlder(DateTimeOffset since)
    {
        foreach (var path in Directory.EnumerateFiles(store.Layout.Partial))
        {
            // Not by the time of the last write: one that is just becoming an object has an object's.
            if (Posix.TryStat(path, out var status) && status.Change.IsBefore(since))
                Posix.TryUnlink(path);
        }
    }

    internal static SafeFileHandle? OpenFile(string path)
    {
        try
        {
            return Open(path, FileMode.Open);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static SafeFileHandle Open(string path, FileMode mode) => File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private string PathOf(string name) => Path.Combine(store.Layout.Partial, name);
}
