using System.Globalization;
using System.Text;

namespace Bistro.Builder.Files;

/// <summary>
/// Removes a directory whatever is in it: entries that a build made unreadable or read-only, names that are not UTF-8, which
/// .NET cannot express, and paths that are longer than the kernel takes. Links are removed, never followed.
/// </summary>
public static class DirectoryRemoval
{
    // The kernel takes paths of 4,095 bytes. A directory with a longer path is moved up before it is entered.
    private const int LongestPath = 3000;

    /// <summary>Removes the directory and everything below it. A missing directory is not an error.</summary>
    public static void Remove(string directory)
    {
        byte[] root = [.. Encoding.UTF8.GetBytes(directory)];
        if (Posix.TryRemoveDirectory([.. root, 0]))
            return;
        var moved = 0;
        var pending = new Stack<(byte[] Path, bool IsListed)>([(root, false)]);
        while (pending.TryPop(out var current))
        {
            if (Posix.TryRemoveDirectory([.. current.Path, 0]))
                continue;
            if (current.IsListed)
#pragma warning disable RS0030 // I/O failed.
                throw new IOException($"{Encoding.UTF8.GetString(current.Path)} could not be removed: another process still writes to it.");
#pragma warning restore RS0030
            pending.Push(current with { IsListed = true });
            RemoveEntries(current.Path, pending, root, ref moved);
        }
    }

    /// <summary>Removes the files of a directory and notes its subdirectories.</summary>
    private static void RemoveEntries(byte[] path, Stack<(byte[] Path, bool IsListed)> pending, byte[] root, ref int moved)
    {
        Posix.MakeAccessible([.. path, 0]);
        foreach (var (name, isDirectory) in Posix.List([.. path, 0]))
        {
            byte[] below = [.. path, (byte)'/', .. name];
            if (!isDirectory && Posix.TryUnlink([.. below, 0]))
                continue;
            if (below.Length > LongestPath)
                below = MoveUp(below, root, ref moved);
            pending.Push((below, false));
        }
    }

    // Renaming a directory needs write access to it, since its ".." changes.
    private static byte[] MoveUp(byte[] path, byte[] root, ref int moved)
    {
        Posix.MakeAccessible([.. path, 0]);
        while (true)
        {
            byte[] target = [.. root, .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/.removed-{moved++}"))];
            if (Posix.TryMoveToNew([.. path, 0], [.. target, 0]))
                return target;
        }
    }
}
