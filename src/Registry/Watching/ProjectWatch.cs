namespace Bistro.Registry.Watching;

/// <summary>
/// Notices changes of a project's files. Nothing runs beside the requests: a look takes what the kernel has queued, so that it knows of
/// each change that was complete before. It follows what the paths name: a folder or link on the way that is replaced counts as a change.
/// </summary>
/// <param name="folders">Absolute paths of folders, which need not exist yet.</param>
public sealed class ProjectWatch(IEnumerable<string> folders) : IDisposable
{
    private readonly string[] _folders = [.. folders];
    private readonly Lock _lock = new();
    private FolderWatches? _watches;
    private FolderIdentity[] _identities = [];
    private long _version;
    private bool _isDisposed;

    /// <summary>Takes note of what has changed.</summary>
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
    /// <returns>Whether any of them was not watched before: what was read of it then may be outdated.</returns>
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

/// <summary>What is known of a project's files.</summary>
/// <param name="Version">Another number after each change.</param>
/// <param name="Gap">Why some changes go unnoticed, in a phrase; null when none do.</param>
public readonly record struct WatchState(long Version, string? Gap);
