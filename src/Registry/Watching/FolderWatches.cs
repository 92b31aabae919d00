using Bistro.Model.Folders;

namespace Bistro.Registry.Watching;

/// <summary>The result of reading the kernel's queue.</summary>
internal enum Noticed
{
    Nothing,

    /// <summary>Something below a watched folder has changed.</summary>
    Change,

    /// <summary>A watched path may name another folder, or events were lost: the watches must be set up again.</summary>
    Move,
}

/// <summary>
/// One set of watches: on trees, on single folders, and on each name and link of the paths to them. It is set up once and discarded
/// as a whole when a path names another folder. It does not follow links below a tree's root.
/// </summary>
/// <param name="mostFolders">Each folder takes about a kilobyte in the kernel.</param>
internal sealed class FolderWatches(int mostFolders = 100_000) : IDisposable
{
    private const int MostLinks = 40;

    // The size of one read; further events are read the next time.
    private const int MostReads = 200;

    private const FolderEvents EntryEvents =
        FolderEvents.Attributes | FolderEvents.MovedFrom | FolderEvents.MovedTo | FolderEvents.Created | FolderEvents.Deleted
        | FolderEvents.SelfDeleted | FolderEvents.SelfMoved;

    private const FolderEvents ContentEvents = EntryEvents | FolderEvents.Modified | FolderEvents.Written;

    private static readonly HashSet<string> RemoteFormats = new(["9p", "fuse", "fuseblk", "virtiofs", "vboxsf"], StringComparer.Ordinal);

    private readonly Inotify? _queue = Inotify.TryOpen();
    private readonly Dictionary<int, WatchedFolder> _byDescriptor = [];
    private readonly Dictionary<string, WatchedFolder> _byPath = new(StringComparer.Ordinal);
    private readonly List<(string Given, string Real)> _roots = [];
    private readonly HashSet<string> _covered = new(StringComparer.Ordinal);
    private readonly List<FolderEvent> _events = [];

    /// <summary>Why some changes are missed, as a phrase; null if none are.</summary>
    public string? Gap
    {
        get => _queue is null ? "this user has no more inotify instances (fs.inotify.max_user_instances)" : field;
        private set;
    }

    /// <summary>Watches everything below the folder that the path names, and which folder that is.</summary>
    public void AddTree(string path)
    {
        if (Follow(path) is not { } real)
            return;
        _roots.Add((path, real));
        if (IsRemote(real))
            Gap ??= $"'{path}' is on a file system that does not report changes made elsewhere";
        WatchTree(real);
    }

    /// <summary>Watches the folders of files that were read outside of the watched trees.</summary>
    /// <returns>Whether any of them was not watched before.</returns>
    public bool Cover(IEnumerable<string> files)
    {
        var isNew = false;
        foreach (var file in files)
            if (Path.GetDirectoryName(file) is { } folder && _covered.Add(folder) && !IsInTree(folder))
                isNew |= CoverFolder(file, folder);
        return isNew;
    }

    public Noticed Read()
    {
        var noticed = Noticed.Nothing;
        for (var reads = 0; reads < MostReads && _queue?.Read(_events) == true; reads++)
            foreach (var change in _events)
                if (Judge(change) is var judged && judged > noticed)
                    noticed = judged;
        return noticed;
    }

    public void Dispose() => _queue?.Dispose();

    private bool CoverFolder(string file, string folder)
    {
        // A local source may be a whole folder.
        if (Directory.Exists(file))
        {
            AddTree(file);
            return true;
        }
        return Follow(folder) is { } real && Watch(real, ContentEvents) is { UsesEverything: false } watched && (watched.UsesEverything = true);
    }

    private bool IsInTree(string folder)
    {
        foreach (var (given, real) in _roots)
        {
            if (!folder.StartsWith(given, StringComparison.Ordinal) || (folder.Length > given.Length && folder[given.Length] != '/'))
                continue;
            // A link on the way below the root leads to a folder that is not watched under this name.
            if (_byPath.TryGetValue(string.Concat(real, folder.AsSpan(given.Length)), out var watched) && watched.IsTree)
                return true;
        }
        return false;
    }

    /// <summary>Resolves a path and watches each name and link in it; null if it names nothing.</summary>
    private string? Follow(string path)
    {
        var open = new Stack<string>();
        Push(open, path);
        var (at, links) = ("/", 0);
        while (open.TryPop(out var name))
        {
            if (name == "..")
            {
                at = Path.GetDirectoryName(at) ?? "/";
                continue;
            }
            // The watch is set first, so that a change during the lookup is not missed.
            Watch(at, EntryEvents)?.Names.Add(name);
            var next = Path.Join(at, name);
            if (LinkTarget(next) is { } target)
            {
                if (++links > MostLinks)
                    return null;
                Push(open, target);
                if (target[0] == '/')
                    at = "/";
                continue;
            }
            if (!Directory.Exists(next))
                return null;
            at = next;
        }
        return at;
    }

    private static void Push(Stack<string> open, string path)
    {
        foreach (var name in path.Split('/').Reverse())
            if (name is not ("" or "."))
                open.Push(name);
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is { Length: > 0 } target ? target : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void WatchTree(string folder)
    {
        var open = new Stack<string>([folder]);
        while (open.TryPop(out var at))
        {
            if (Watch(at, ContentEvents) is not { } watched)
                continue;
            watched.UsesEverything = watched.IsTree = true;
            try
            {
                // The kernel refuses to watch what is not a folder.
                foreach (var below in FolderWalk.Entries(at))
                    if (!IsGitFolder(Path.GetFileName(below.AsSpan())))
                        open.Push(below);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // It was removed, which is an event of its parent, or its disk fails, which the loader reports.
                Gap ??= $"'{at}' cannot be read";
            }
        }
    }

    private WatchedFolder? Watch(string folder, FolderEvents events)
    {
        if (_byPath.TryGetValue(folder, out var known) && (known.Events & events) == events)
            return known;
        if (_queue is null)
            return null;
        if (_byPath.Count >= mostFolders)
        {
            Gap ??= $"there are more than {mostFolders} folders";
            return null;
        }
        var descriptor = _queue.Watch(folder, events);
        if (descriptor < 0)
        {
            Gap ??= -descriptor switch
            {
                // It is not a folder, or it was removed, which is an event of its parent.
                Inotify.NoEntry or Inotify.NotDirectory or Inotify.Loop => null,
                Inotify.NoSpace => "this user has no more inotify watches (fs.inotify.max_user_watches)",
                Inotify.AccessDenied => $"'{folder}' cannot be read",
                var error => $"'{folder}' cannot be watched (error {error})",
            };
            return null;
        }
        if (!_byDescriptor.TryGetValue(descriptor, out var watched))
            watched = _byDescriptor[descriptor] = new WatchedFolder();
        // The same folder may have been moved to another path.
        watched.Path = folder;
        watched.Events |= events;
        return _byPath[folder] = watched;
    }

    private Noticed Judge(FolderEvent change)
    {
        if (change.Events.HasFlag(FolderEvents.Overflow))
            return Noticed.Move;
        if (!_byDescriptor.TryGetValue(change.Descriptor, out var folder))
            return Noticed.Nothing;
        if ((change.Events & (FolderEvents.Unmounted | FolderEvents.SelfDeleted | FolderEvents.SelfMoved)) != 0)
            return Noticed.Move;
        if (change.Events.HasFlag(FolderEvents.Ignored))
        {
            _byDescriptor.Remove(change.Descriptor);
            _byPath.Remove(folder.Path);
            return Noticed.Move;
        }
        const FolderEvents Renaming =
            FolderEvents.Attributes | FolderEvents.MovedFrom | FolderEvents.MovedTo | FolderEvents.Created | FolderEvents.Deleted;
        if ((change.Events & Renaming) != 0 && folder.Names.Contains(change.Name))
            return Noticed.Move;
        if (!folder.UsesEverything || IsGitFolder(change.Name))
            return Noticed.Nothing;
        return folder.IsTree && change.Events.HasFlag(FolderEvents.IsFolder) ? JudgeFolder(change, folder) : Noticed.Change;
    }

    private Noticed JudgeFolder(FolderEvent change, WatchedFolder parent)
    {
        // Watches move with their folders, and would report changes outside of the tree.
        if (change.Events.HasFlag(FolderEvents.MovedFrom))
            return Noticed.Move;
        if ((change.Events & (FolderEvents.Created | FolderEvents.MovedTo | FolderEvents.Attributes)) != 0)
            WatchTree(Path.Join(parent.Path, change.Name));
        return Noticed.Change;
    }

    private static bool IsGitFolder(ReadOnlySpan<char> name) => name is ".git";

    private static bool IsRemote(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return drive.DriveType == DriveType.Network || RemoteFormats.Contains(drive.DriveFormat);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private sealed class WatchedFolder
    {
        public string Path { get; set; } = "";

        public FolderEvents Events { get; set; }

        /// <summary>Entries that are part of a path to a watched folder.</summary>
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        /// <summary>Whether every entry counts.</summary>
        public bool UsesEverything { get; set; }

        /// <summary>Whether folders below it are watched too.</summary>
        public bool IsTree { get; set; }
    }
}
