namespace Bistro.Registry.Watching;

/// <summary>
/// Detects changes of a project's files without a background thread: each check reads the kernel's queue, so it includes every change
/// that was complete before. The watch follows paths: replacing a folder or link in a path is a change.
/// </summary>
/// <param name="folders">Absolute paths of folders, which may not exist yet.</param>
public sealed class ProjectWatch(IEnumerable<string> folders) : IDisposable
{
    private readonly string[] _folders = [.. folders];
    private readonly Lock _lock = new();
    private FolderWatches? _watches;
    private FolderIdentity[] _identities = [];
    private long _version;
    private bool _isDisposed;

    /// <summary>Checks for changes.</summary>
    public WatchState Look()
    {
        lock (_lock)
        {
            var noticed = _watches?.Read() ?? Noticed.Move;
            if (noticed == Noticed.Move || IsReplaced())
                Arm();
            if (noticed != Noticed.Nothing)
                _version++;
            return new WatchState(_version, _watches?.Gap);
        }
    }

    /// <summary>Watches also the folders of files that a load read elsewhere.</summary>
    /// <returns>Whether any of them was not watched before; its content may be outdated then.</returns>
    public bool Cover(IEnumerable<string> files)
    {
        lock (_lock)
            return _watches?.Cover(files) == true;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _watches?.Dispose();
            _watches = null;
        }
    }

    /// <summary>Sets up every watch before anything is read again.</summary>
    private void Arm()
    {
        _watches?.Dispose();
        _watches = null;
        if (_isDisposed)
            return;
        _watches = new FolderWatches();
        foreach (var folder in _folders)
            _watches.AddTree(folder);
        _identities = Array.ConvertAll(_folders, FolderIdentity.Of);
        _version++;
    }

    // For what the kernel does not report, such as a file system that is mounted over a folder.
    private bool IsReplaced()
    {
        for (var i = 0; i < _folders.Length; i++)
            if (FolderIdentity.Of(_folders[i]) != _identities[i])
                return true;
        return false;
    }
}

/// <summary>The state of a project's files.</summary>
/// <param name="Version">A number that differs after each change.</param>
/// <param name="Gap">Why some changes are missed, as a phrase; null if none are.</param>
public readonly record struct WatchState(long Version, string? Gap);
