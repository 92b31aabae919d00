using System.Text;

namespace Bistro.Builder.Content;

/// <summary>
/// Removes a directory whatever is in it: what a build made unreadable or read-only, and names that are not UTF-8, which
/// .NET cannot spell. Links are removed, never followed.
/// </summary>
public static class DirectoryRemoval
{
    /// <summary>Removes the directory and all below it; one that is not there is no error.</summary>
    public static void Remove(string directory) => Remove([.. Encoding.UTF8.GetBytes(directory), 0]);

    // Paths are bytes that end with a zero.
    private static void Remove(byte[] path)
    {
        if (Posix.TryRemoveDirectory(path))
            return;
        Posix.MakeAccessible(path);
        foreach (var (name, isDirectory) in Posix.List(path))
        {
            byte[] below = [.. path.AsSpan(0, path.Length - 1), (byte)'/', .. name, 0];
            if (isDirectory || !Posix.TryUnlink(below))
                Remove(below);
        }
        if (!Posix.TryRemoveDirectory(path))
            throw new IOException($"{Encoding.UTF8.GetString(path)} could not be removed: something still writes to it.");
    }
}
