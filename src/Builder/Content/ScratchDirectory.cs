namespace Bistro.Builder.Content;

/// <summary>A directory on the store's disk for work in progress: gone when disposed, or swept after its process died.</summary>
public sealed class ScratchDirectory : IDisposable
{
    internal ScratchDirectory(string path)
    {
        Location = path;
        Directory.CreateDirectory(path);
    }

    /// <summary>Its absolute path.</summary>
    public string Location { get; }

    public void Dispose() => DirectoryRemoval.Remove(Location);
}

/// <summary>Removes a directory whatever is in it, also what a build made unreadable or read-only.</summary>
internal static class DirectoryRemoval
{
    public static void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            Open(directory);
            Directory.Delete(directory, recursive: true);
        }
    }

    // To remove a name one must be able to write to the directory that holds it.
    private static void Open(string directory)
    {
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var below in new DirectoryInfo(directory).EnumerateDirectories())
        {
            if (below.LinkTarget is null)
                Open(below.FullName);
        }
    }
}
