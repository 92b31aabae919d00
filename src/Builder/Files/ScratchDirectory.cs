namespace Bistro.Builder.Files;

/// <summary>A directory on the store's disk for work in progress: removed when disposed, or after its process died.</summary>
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
