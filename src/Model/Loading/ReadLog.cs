using System.Collections.Concurrent;

namespace Bistro.Model.Loading;

/// <summary>What a result was read from: while none of it changed, the result stands.</summary>
internal sealed class ReadLog
{
    private readonly ConcurrentDictionary<string, Stamp> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CachedProject> _projects = new(StringComparer.Ordinal);

    /// <summary>Absolute paths, also of files that were looked for and are not there.</summary>
    public IEnumerable<string> Files => _files.Keys;

    public void Add(string file) => _files.GetOrAdd(file, Stamp.Of);

    /// <summary>Notes a project that was read from, under the path of the junction that led there.</summary>
    public void Add(string junction, CachedProject project) => _projects[junction] = project;

    /// <summary>Whether everything is as it was when it was read.</summary>
    /// <param name="project">The project, whole, that a junction leads to in this load.</param>
    public bool IsCurrent(Func<string, CachedProject?> project) =>
        _files.All(file => Stamp.Of(file.Key) == file.Value)
        && _projects.All(entered => project(entered.Key) == entered.Value);

    private readonly record struct Stamp(long Length, DateTime Written)
    {
        public static Stamp Of(string path) =>
            new FileInfo(path) is { Exists: true } file ? new Stamp(file.Length, file.LastWriteTimeUtc) : new Stamp(-1, default);
    }
}
