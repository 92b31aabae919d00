using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Model.Disk;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Projects;

/// <summary>The kind of file that a project path must lead to.</summary>
public enum ProjectPathKind
{
    Any,
    File,
    Directory,
}

/// <summary>
/// The files of a project as its elements see them: the folder with project.conf, an overlay, or the local
/// sources that a junction combines. Thread-safe.
/// </summary>
public sealed class ProjectFiles
{
    private readonly ImmutableArray<FileLayer> _layers;
    private readonly FileCache _cache;
    private readonly DiskViews _disk;
    private readonly ConcurrentDictionary<string, KnownTree> _trees = new(StringComparer.Ordinal);
    private volatile KnownFolders _insideFolders;

    /// <param name="layers">The first is the lowest.</param>
    /// <param name="cache">What is known of files.</param>
    public ProjectFiles(ImmutableArray<FileLayer> layers, FileCache cache)
        : this(layers, cache, new DiskViews())
    {
    }

    internal ProjectFiles(ImmutableArray<FileLayer> layers, FileCache cache, DiskViews disk)
    {
        _layers = layers;
        _cache = cache;
        _disk = disk;
        _insideFolders = new KnownFolders(disk.Current);
    }

    private DiskView Disk => _disk.Current;

    /// <summary>
    /// Checks a path that an element names: it must exist inside the project, be relative, and not be a symbolic link. Returns it as
    /// written.
    /// </summary>
    /// <exception cref="LoadException">The path is not valid; the message starts with the place of the node.</exception>
    public string Check(ScalarNode path, ProjectPathKind kind = ProjectPathKind.Any)
    {
        if (path.Value.Contains('\0'))
            throw Wrong(LoadErrorReason.ProjPathInvalid, "holds a character that no path has");
        var resolved = Path.IsPathRooted(path.Value) ? path.Value : Resolve(path.Value);
        var isPassage = !Disk.Find(resolved).Exists && IsPassage(Normal(path.Value));
        if (Disk.FindLink(resolved).Kind == FileKind.Link)
            throw Wrong(LoadErrorReason.ProjPathInvalidKind, "must not be a symbolic link");
        if (path.Value.Split('/')[0] == "..")
            throw Wrong(LoadErrorReason.ProjPathInvalid, "must not begin with '..'");
        if (!isPassage && !Disk.Find(resolved).Exists)
            throw Wrong(LoadErrorReason.MissingFile, "does not exist");
        if (Escapes(path.Value) || (!isPassage && !LeadsInside(resolved)))
            throw Wrong(LoadErrorReason.ProjPathInvalid, "must not lead outside of the project directory");
        if (Path.IsPathRooted(path.Value))
            throw Wrong(LoadErrorReason.ProjPathInvalid, "is absolute: it must be relative to the project's directory");
        if (Disk.Find(resolved).Kind == FileKind.Special)
            throw Wrong(LoadErrorReason.ProjPathInvalidKind, "is a pipe, a socket or a device");
        var isFolder = isPassage || Disk.IsFolder(resolved);
        if (kind == ProjectPathKind.Directory && !isFolder)
            throw Wrong(LoadErrorReason.ProjPathInvalidKind, "is not a directory");
        if (kind == ProjectPathKind.File && isFolder)
            throw Wrong(LoadErrorReason.ProjPathInvalidKind, "is not a regular file");
        return path.Value;

        LoadException Wrong(LoadErrorReason reason, string problem) =>
            new(reason, path.Provenance, $"Specified path '{path.Value}' {problem}");
    }

    /// <summary>The absolute path of a project path: in the uppermost layer that has it, or, where none has it, in the lowest.</summary>
    public string Resolve(string path)
    {
        path = Normal(path);
        string? lowest = null;
        for (var index = _layers.Length - 1; index >= 0; index--)
        {
            if (_layers[index].Find(path) is not { } found)
                continue;
            if (index == 0 || Disk.Find(found).Exists)
                return found;
            lowest = found;
        }
        return lowest ?? Path.Join(_layers[0].Path, path);
    }

    /// <summary>As <see cref="Resolve"/>, but null where the path, or a symbolic link on it, leads out of the project.</summary>
    internal string? ResolveInside(string path)
    {
        if (Path.IsPathRooted(path) || Escapes(path))
            return null;
        var resolved = Resolve(path);
        return LeadsInside(resolved) ? resolved : null;
    }

    /// <summary>
    /// The hashed tree at a checked path; a single file is a tree with one file. A load sees it in one version, also when the files change
    /// meanwhile.
    /// </summary>
    /// <exception cref="LoadException">A path in it is too long, or a name is not UTF-8.</exception>
    public LocalTree ReadTree(string path, Provenance? where = null)
    {
        path = Normal(path);
        var disk = Disk;
        if (_trees.TryGetValue(path, out var known) && known.Disk == disk)
            return known.Tree;
        var tree = new LocalTreeReader(_layers, _cache, disk, where).Read(path);
        if (known is not null && known.Tree.Root == tree.Root)
            tree = known.Tree;
        _trees[path] = new KnownTree(tree, disk);
        return tree;
    }

    /// <summary>Whether the path, which a file or folder must be at, is that of a file.</summary>
    internal bool HasFile(string path) => Disk.IsFile(Resolve(path));

    /// <summary>Whether both are put together from the same pieces of disk.</summary>
    internal bool HasLayersOf(ProjectFiles other) => _layers.SequenceEqual(other._layers);

    /// <summary>The layers of a path of this project for mounting it in another.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="mount">Where it is mounted; a file keeps its name below it.</param>
    internal IEnumerable<FileLayer> LayersOf(string path, string mount)
    {
        path = Normal(path);
        mount = Normal(mount.TrimStart('/'));
        if (!Disk.IsFolder(Resolve(path)) && !IsPassage(path))
            return [new FileLayer(mount.Length == 0 ? Path.GetFileName(path) : $"{mount}/{Path.GetFileName(path)}", Resolve(path))];
        return _layers.Select(layer => layer.Find(path) is { } found
            ? Disk.Find(found).Exists ? new FileLayer(mount, found) : null
            : layer.NameBelow(path) is null ? null
            : layer with { Mount = $"{mount}/{layer.Mount[(path.Length == 0 ? 0 : path.Length + 1)..]}".TrimStart('/') })
            .OfType<FileLayer>();
    }

    /// <summary>The absolute paths that decide what a project path holds: one in each layer that can have it.</summary>
    internal IEnumerable<string> Candidates(string path) => _layers.Select(layer => layer.Find(Normal(path))).OfType<string>();

    /// <summary>Every element file below the path, relative to it, as a walk of the disk meets them: files first, then folders.</summary>
    internal IEnumerable<string> WalkElements(string path, Action<string>? record = null)
    {
        // Folders named .bst are where BuildStream keeps what it stages.
        const string Extension = ".bst";
        var names = new HashSet<string>(StringComparer.Ordinal);
        var folders = new List<string>();
        foreach (var layer in Folders(path))
        {
            record?.Invoke(layer);
            foreach (var entry in Disk.Names(layer))
            {
                if (!names.Add(entry))
                    continue;
                var absolute = Path.Join(layer, entry);
                if (Disk.IsFolder(absolute))
                {
                    if (Disk.FindLink(absolute).Kind == FileKind.Folder && entry != Extension)
                        folders.Add(entry);
                }
                else if (entry.EndsWith(Extension, StringComparison.Ordinal))
                {
                    yield return entry;
                }
            }
        }
        foreach (var layer in _layers)
            if (layer.NameBelow(Normal(path)) is { } name && names.Add(name))
                folders.Add(name);
        foreach (var folder in folders)
            foreach (var element in WalkElements(path.Length == 0 ? folder : $"{path}/{folder}", record))
                yield return $"{folder}/{element}";
    }

    /// <summary>The folders that hold what the project path holds, lowest first.</summary>
    internal IEnumerable<string> Folders(string path) =>
        _layers.Select(layer => layer.Find(Normal(path))).OfType<string>().Where(Disk.IsFolder);

    /// <summary>Whether there are layers below the path. It is a folder then, even if no layer contains it.</summary>
    private bool IsPassage(string path) => _layers.Any(layer => layer.NameBelow(path) is not null);

    // For a path that is not a link, its folder decides, which is examined once per load. A layer of one file is examined itself.
    private bool LeadsInside(string resolved)
    {
        var disk = Disk;
        var known = _insideFolders;
        if (known.Disk != disk)
            _insideFolders = known = new KnownFolders(disk);
        return (disk.FindLink(resolved).Kind != FileKind.Link
                && Path.GetDirectoryName(resolved) is { } parent
                && known.AreInside.GetOrAdd(parent, static (folder, files) => files.IsInside(files.Disk.RealPath(folder)), this))
            || IsInside(disk.RealPath(resolved));
    }

    private bool IsInside(string real) => _layers.Any(layer =>
        Disk.RealPath(layer.Path) is var root
        && real.StartsWith(root, StringComparison.Ordinal)
        && (real.Length == root.Length || real[root.Length] == '/' || root == "/"));

    /// <summary>Whether the path, read from the left, leaves the project on its way, or cannot be one.</summary>
    internal static bool Escapes(string path)
    {
        if (path.Contains('\0'))
            return true;
        var depth = 0;
        foreach (var part in path.Split('/'))
            if ((depth += part switch { "" or "." => 0, ".." => -1, _ => 1 }) < 0)
                return true;
        return false;
    }

    private sealed record KnownTree(LocalTree Tree, DiskView Disk);

    private sealed record KnownFolders(DiskView Disk)
    {
        public ConcurrentDictionary<string, bool> AreInside { get; } = new(StringComparer.Ordinal);
    }

    // What is left of `a/./b/../c` is `a/c`; the project's root is the empty path.
    private static string Normal(string path) =>
        path.Contains('.', StringComparison.Ordinal) || path.Contains("//", StringComparison.Ordinal) || path.EndsWith('/')
            ? Path.GetFullPath(path, "/").Trim('/')
            : path;
}
