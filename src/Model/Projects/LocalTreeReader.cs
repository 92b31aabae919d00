using System.Collections.Immutable;
using Bistro.Model.Python;
using Bistro.Model.Yaml;

namespace Bistro.Model.Projects;

/// <summary>Hashes a path of a project into a tree, all layers of the project laid over one another.</summary>
internal sealed class LocalTreeReader(ImmutableArray<FileLayer> layers, FileCache cache)
{
    private readonly ImmutableArray<LocalFile>.Builder _files = ImmutableArray.CreateBuilder<LocalFile>();
    private readonly ImmutableArray<LocalDirectory>.Builder _directories = ImmutableArray.CreateBuilder<LocalDirectory>();

    /// <param name="path">A project path that exists: a folder, or a file, which becomes the one file of a tree.</param>
    public LocalTree Read(string path)
    {
        var entry = Entries(Parent(path)).GetValueOrDefault(System.IO.Path.GetFileName(path));
        var root = entry is FileInfo { LinkTarget: null } file ? Wrap(file) : ReadDirectory(path, "");
        return new LocalTree(root.Digest, _files.ToImmutable(), _directories.ToImmutable());
    }

    private static string Parent(string path) => System.IO.Path.GetDirectoryName(path) ?? "";

    private LocalDirectory Wrap(FileInfo file)
    {
        var message = new DirectoryMessage();
        AddFile(message, file.Name, file.Name, file);
        return Keep(message);
    }

    /// <param name="path">In the project.</param>
    /// <param name="below">In the tree, with a slash behind it unless it is the root.</param>
    private LocalDirectory ReadDirectory(string path, string below)
    {
        var entries = Entries(path);
        var names = entries.Keys.ToArray();
        names.AsSpan().Sort(CodePointOrder.Instance);

        var message = new DirectoryMessage();
        foreach (var name in names)
            if (entries[name] is FileInfo { LinkTarget: null } file && IsRegular(file))
                AddFile(message, below + name, name, file);
        foreach (var name in names)
            if (entries[name] is null or DirectoryInfo { LinkTarget: null })
                message.AddDirectory(name, ReadDirectory(path.Length == 0 ? name : $"{path}/{name}", $"{below}{name}/").Digest);
        foreach (var name in names)
            if (entries[name]?.LinkTarget is { } target)
                message.AddSymlink(name, target);
        return Keep(message);
    }

    private void AddFile(DirectoryMessage message, string path, string name, FileInfo file)
    {
        var digest = cache.Hash(file);
        var isExecutable = (file.UnixFileMode & UnixFileMode.UserExecute) != 0;
        _files.Add(new LocalFile(path, file.FullName, digest, isExecutable));
        message.AddFile(name, digest, isExecutable);
    }

    private LocalDirectory Keep(DirectoryMessage message)
    {
        var directory = message.ToDirectory();
        _directories.Add(directory);
        return directory;
    }

    /// <summary>What stands in the folder, by name; null is a folder that only leads to a layer.</summary>
    private Dictionary<string, FileSystemInfo?> Entries(string path)
    {
        var entries = new Dictionary<string, FileSystemInfo?>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            if (layer.Find(path) is { } found && new DirectoryInfo(found) is { Exists: true } folder)
                foreach (var entry in folder.EnumerateFileSystemInfos())
                    entries[entry.Name] = entry;
            else if (layer.NameBelow(path) is { } name)
                entries[name] = layer.Mount.Length == path.Length + name.Length + (path.Length == 0 ? 0 : 1) && File.Exists(layer.Path)
                    ? new FileInfo(layer.Path)
                    : null;
        }
        return entries;
    }

    // Sockets, pipes and devices are no content; all of them seem to be empty.
    private static bool IsRegular(FileInfo file) => file.Exists && (file.Length > 0 || !FileType.IsSpecial(file.FullName));
}
