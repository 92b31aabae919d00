using System.IO.Enumeration;
using Bistro.Builder.Content;
using Bistro.Model.Content;

namespace Bistro.Builder.Trees;

/// <summary>What stands in a directory of the disk, in no order; file contents are not read yet.</summary>
internal sealed record DiskDirectory(string Name, List<DiskFile> Files, List<DiskDirectory> Directories, List<LinkNode> Links)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Reads a directory and all below it; a path of a single file gives a directory with just that file.</summary>
    /// <exception cref="TreeException">A name is not UTF-8.</exception>
    public static DiskDirectory Read(string path)
    {
        var directory = new DiskDirectory(Path.GetFileName(path), [], [], []);
        if (!Directory.Exists(path))
        {
            directory.Add(path, Path.GetFileName(path));
            return directory;
        }
        foreach (var name in new FileSystemEnumerable<string>(path, static (ref entry) => entry.FileName.ToString(), Everything))
            directory.Add($"{path}/{name}", name);
        return directory;
    }

    public IEnumerable<DiskFile> AllFiles() => Files.Concat(Directories.SelectMany(directory => directory.AllFiles()));

    private void Add(string path, string name)
    {
        if (!Posix.TryStat(path, out var status))
            throw new TreeException(name.Contains('\uFFFD', StringComparison.Ordinal) ? $"The name of {path} is not UTF-8." : $"{path} is not there.");
        if (status.IsFile)
            Files.Add(new DiskFile(path, name, status));
        else if (status.IsDirectory)
            Directories.Add(Read(path));
        else if (status.IsLink)
            Links.Add(new LinkNode(name, new FileInfo(path).LinkTarget!));
    }
}

/// <summary>A regular file of the disk; its content becomes known when it is read.</summary>
internal sealed class DiskFile(string path, string name, FileStatus status)
{
    public string Path { get; } = path;

    public string Name { get; } = name;

    public FileStatus Status { get; } = status;

    public SizedDigest Content { get; set; }
}
