using System.Text;
using Bistro.Builder.Files;
using Bistro.Model.Content;
using Bistro.Model.Folders;

namespace Bistro.Builder.Trees;

/// <summary>The entries of a directory on disk, in no order. File contents are not read yet.</summary>
internal sealed record DiskDirectory(string Name, List<DiskFile> Files, List<DiskDirectory> Directories, List<LinkNode> Links)
{
    // PATH_MAX: the kernel takes no longer path, its closing NUL included.
    private const int MaximumPathBytes = 4096;

    /// <summary>Reads a directory and everything below it. A path of a single file gives a directory with just that file.</summary>
    /// <exception cref="TreeException">A name is not UTF-8, or a path is too long.</exception>
    /// <param name="path">The path.</param>
    /// <param name="lost">Receives what trees cannot hold; null when that does not matter.</param>
    public static DiskDirectory Read(string path, LostAttributes? lost)
    {
        var root = new DiskDirectory(Path.GetFileName(path), [], [], []);
        if (!Posix.TryStat(path, out var status))
            throw new TreeException($"{path} does not exist.");
        if (!status.IsDirectory)
        {
            root.Add(path, Path.GetFileName(path), lost);
            return root;
        }
        var pending = new Stack<(string Path, DiskDirectory Directory)>([(path, root)]);
        while (pending.TryPop(out var current))
        {
            foreach (var entry in FolderWalk.Entries(current.Path))
            {
                if (current.Directory.Add(entry, Path.GetFileName(entry), lost) is { } below)
                    pending.Push((entry, below));
            }
        }
        return root;
    }

    /// <summary>The files of the directory and of everything below it.</summary>
    public List<DiskFile> AllFiles()
    {
        var files = new List<DiskFile>();
        var pending = new Stack<DiskDirectory>([this]);
        while (pending.TryPop(out var directory))
        {
            files.AddRange(directory.Files);
            directory.Directories.ForEach(pending.Push);
        }
        return files;
    }

    /// <summary>Adds an entry; returns it when it is a directory, whose entries are not read yet.</summary>
    private DiskDirectory? Add(string path, string name, LostAttributes? lost)
    {
        if (Encoding.UTF8.GetByteCount(path) >= MaximumPathBytes)
            throw new TreeException($"A path is longer than {MaximumPathBytes} bytes: {path[..300]}…");
        if (!Posix.TryStat(path, out var status))
            throw new TreeException(name.Contains('\uFFFD', StringComparison.Ordinal) ? $"The name of {path} is not UTF-8." : $"{path} does not exist.");
        if (status.IsFile || status.IsDirectory)
            lost?.Note(path, status);
        if (status.IsFile)
            Files.Add(new DiskFile(path, name, status));
        else if (status.IsLink)
            Links.Add(new LinkNode(name, LinkTarget(path)));
        if (!status.IsDirectory)
            return null;
        var below = new DiskDirectory(name, [], [], []);
        Directories.Add(below);
        return below;
    }

    private static string LinkTarget(string path)
    {
        var target = new FileInfo(path).LinkTarget!;
        return target.Contains('\uFFFD', StringComparison.Ordinal) ? throw new TreeException($"The target of the link {path} is not UTF-8.") : target;
    }
}

/// <summary>A regular file on disk. Its content becomes known when it is read.</summary>
internal sealed class DiskFile(string path, string name, FileStatus status)
{
    public string Path { get; } = path;

    public string Name { get; } = name;

    public FileStatus Status { get; } = status;

    public SizedDigest Content { get; set; }
}
