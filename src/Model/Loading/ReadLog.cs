using System.Collections.Concurrent;
using Bistro.Model.Disk;

namespace Bistro.Model.Loading;

/// <summary>Records what a result was read from. The result is valid while none of it changes.</summary>
internal sealed class ReadLog
{
    private readonly ConcurrentDictionary<string, FileStatus> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FileStatus> _folders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CachedProject> _projects = new(StringComparer.Ordinal);

    /// <summary>Absolute paths, also of files that were looked for and are not there.</summary>
    public IEnumerable<string> Files => _files.Keys.Concat(_folders.Keys);

    /// <summary>Records a file, or that there is none.</summary>
    public void Add(string file, DiskView disk) => _files.GetOrAdd(file, static (file, disk) => disk.Find(file), disk);

    /// <summary>Records which names a folder has.</summary>
    public void AddNames(string folder, DiskView disk) => _folders.GetOrAdd(folder, static (folder, disk) => disk.FindNames(folder), disk);

    /// <summary>Records a project that was read from, under the path of the junction that leads there.</summary>
    public void Add(string junction, CachedProject project) => _projects[junction] = project;

    /// <summary>Whether everything is as it was when it was read.</summary>
    /// <param name="disk">The disk as the load sees it.</param>
    /// <param name="project">Finds the project, whole, that a junction leads to in this load.</param>
    public bool IsCurrent(DiskView disk, Func<string, CachedProject?> project) =>
        _files.All(file => disk.Find(file.Key) == file.Value)
        && _folders.All(folder => disk.FindNames(folder.Key) == folder.Value)
        && _projects.All(entered => project(entered.Key) == entered.Value);
}
