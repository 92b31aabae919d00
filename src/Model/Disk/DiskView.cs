using System.Collections.Concurrent;

namespace Bistro.Model.Disk;

/// <summary>
/// The disk as one load sees it: each path counts as it was when the load first looked at it. At the end,
/// <see cref="FindChange"/> checks whether everything that the load saw was on the disk at one moment. Thread-safe.
/// </summary>
internal sealed class DiskView
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    private readonly Sightings _files;
    private readonly Sightings _links;
    private readonly Sightings _entries;
    private readonly Sequence _sequence = new();
    private readonly ConcurrentDictionary<string, string> _realPaths = new(StringComparer.Ordinal);

    public DiskView()
    {
        _files = new Sightings(_sequence, FileStatus.Of);
        _links = new Sightings(_sequence, FileStatus.OfLink);
        _entries = new Sightings(_sequence, FileStatus.OfEntries);
    }

    /// <summary>The status of the path, with links followed.</summary>
    public FileStatus Find(string path) => _files.Find(path);

    public bool IsFile(string path) => Find(path).Kind is FileKind.File or FileKind.Special;

    public bool IsFolder(string path) => Find(path).Kind == FileKind.Folder;

    /// <summary>The status of the path itself; links are not followed.</summary>
    public FileStatus FindLink(string path) => _links.Find(path);

    /// <summary>The target of a link as written; null if the path is not a link.</summary>
    public string? LinkTarget(string path) => FindLink(path).Kind == FileKind.Link ? new FileInfo(path).LinkTarget : null;

    /// <summary>The names in the folder, in no particular order; none if there is no folder.</summary>
    /// <exception cref="FileChangedException">The folder vanished meanwhile.</exception>
    public string[] Names(string folder)
    {
        if (_entries.Find(folder).Kind != FileKind.Folder)
            return [];
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry))];
        }
        catch (DirectoryNotFoundException)
        {
            throw new FileChangedException(folder);
        }
        finally
        {
            ConfirmNames(folder);
        }
    }

    /// <summary>Looks whether the folder still has the names that it had.</summary>
    public void ConfirmNames(string folder) => _entries.Confirm(folder);

    /// <summary>The version of the names in the folder.</summary>
    public FileStatus FindNames(string folder) => _entries.Find(folder);

    /// <summary>Notes which version of a file was read.</summary>
    /// <param name="path">The file, links followed.</param>
    /// <param name="read">The version before and after the read; null where these differ.</param>
    /// <exception cref="FileChangedException">It is not the version that counts.</exception>
    public void NoteRead(string path, FileStatus? read)
    {
        if (_files.Find(path) != read)
            throw new FileChangedException(path);
        _files.Confirm(path);
    }

    /// <summary>Where the path really leads, all links on the way followed.</summary>
    /// <param name="path">Absolute; it exists.</param>
    public string RealPath(string path) => RealPath(Path.GetFullPath(path), 0);

    /// <summary>
    /// Looks at every path again. Returns null if everything that the load saw was on the disk at one moment, else a path that
    /// changed.
    /// </summary>
    /// <param name="next">A view for the next attempt, which starts with what is there now.</param>
    public string? FindChange(out DiskView next)
    {
        next = new DiskView();
        var span = new CommonSpan();
        _files.Reexamine(next._files, span);
        _links.Reexamine(next._links, span);
        _entries.Reexamine(next._entries, span);
        return span.Holds ? null : span.Changed;
    }

    /// <summary>Frees the memory of a view whose load is complete. Later questions are answered from the disk.</summary>
    public void Clear()
    {
        _files.Clear();
        _links.Clear();
        _entries.Clear();
        _realPaths.Clear();
    }

    private string RealPath(string path, int links)
    {
        if (_realPaths.TryGetValue(path, out var known))
            return known;
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        var real = Path.Join(RealPath(parent, links), Path.GetFileName(path));
        if (links < MostLinks && LinkTarget(real) is { } target)
            real = RealPath(Path.GetFullPath(target, Path.GetDirectoryName(real)!), links + 1);
        return links == 0 ? _realPaths.GetOrAdd(path, real) : real;
    }
}

/// <summary>A file changed while it was read: the load starts again.</summary>
internal sealed class FileChangedException(string path) : Exception
{
    public string Path { get; } = path;
}
