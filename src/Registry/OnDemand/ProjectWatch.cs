namespace Bistro.Registry.OnDemand;

/// <summary>Tells when something below a project's folders has changed, so that nobody has to look at the disk for each request.</summary>
public sealed class ProjectWatch : IDisposable
{
    private static readonly string GitFolder = $"{Path.DirectorySeparatorChar}.git{Path.DirectorySeparatorChar}";

    private readonly Dictionary<string, FileSystemWatcher> _watchers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Action _changed;

    /// <param name="folders">Absolute paths; what is below them is watched, too.</param>
    /// <param name="changed">Called on a thread of the pool, perhaps several times for one change.</param>
    public ProjectWatch(IEnumerable<string> folders, Action changed)
    {
        _changed = changed;
        foreach (var folder in folders)
            Add(folder);
    }

    /// <summary>Watches also the folders of files that a load read elsewhere.</summary>
    public void Cover(IEnumerable<string> files)
    {
        lock (_lock)
        {
            foreach (var file in files)
                if (!_watchers.Keys.Any(folder => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
                    Add(Path.GetDirectoryName(file)!);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var watcher in _watchers.Values)
                watcher.Dispose();
            _watchers.Clear();
        }
    }

    private void Add(string folder)
    {
        if (_watchers.ContainsKey(folder) || !Directory.Exists(folder))
            return;
        var watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.Attributes,
        };
        watcher.Changed += Hear;
        watcher.Created += Hear;
        watcher.Deleted += Hear;
        watcher.Renamed += Hear;
        // Events were lost: anything may have changed.
        watcher.Error += (_, _) => _changed();
        watcher.EnableRaisingEvents = true;
        _watchers[folder] = watcher;
    }

    private void Hear(object sender, FileSystemEventArgs change)
    {
        if (!change.FullPath.Contains(GitFolder, StringComparison.Ordinal))
            _changed();
    }
}
