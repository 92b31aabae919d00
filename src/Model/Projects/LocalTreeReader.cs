using System.Collections.Immutable;
using Bistro.Model.Disk;
using Bistro.Model.Python;

namespace Bistro.Model.Projects;

/// <summary>Hashes a path of a project into a tree: the union of all layers of the project.</summary>
internal sealed class LocalTreeReader(ImmutableArray<FileLayer> layers, FileCache cache, DiskView disk)
{
    private readonly ImmutableArray<LocalFile>.Builder _files = ImmutableArray.CreateBuilder<LocalFile>();
    private readonly ImmutableArray<LocalDirectory>.Builder _directories = ImmutableArray.CreateBuilder<LocalDirectory>();

    /// <param name="path">A project path that exists: a folder, or a file, which becomes the one file of a tree.</param>
    public LocalTree Read(string path)
    {
        var name = Path.GetFileName(path);
        var root = Entries(Path.GetDirectoryName(path) ?? "").GetValueOrDefault(name) is { } file && disk.FindLink(file).Kind is FileKind.File or FileKind.Special
            ? Wrap(name, file)
            : ReadDirectory(path, "");
        return new LocalTree(root.Digest, _files.ToImmutable(), _directories.ToImmutable());
    }

    private LocalDirectory Wrap(string name, string file)
    {
        var message = new DirectoryMessage();
        AddFile(message, name, name, file);
        return Keep(message);
    }

    /// <param name="path">In the project.</param>
    /// <param name="below">In the tree, with a trailing slash unless it is the root.</param>
    private LocalDirectory ReadDirectory(string path, string below)
    {
        var entries = Entries(path);
        var names = entries.Keys.ToArray();
        names.AsSpan().Sort(CodePointOrder.Instance);

        // A socket, a pipe or a device has no content and is left out.
        var message = new DirectoryMessage();
        foreach (var name in names)
            if (entries[name] is { } file && disk.FindLink(file).Kind == FileKind.File)
                AddFile(message, below + name, name, file);
        foreach (var name in names)
            if (entries[name] is not { } folder || disk.FindLink(folder).Kind == FileKind.Folder)
                message.AddDirectory(name, ReadDirectory(path.Length == 0 ? name : $"{path}/{name}", $"{below}{name}/").Digest);
        foreach (var name in names)
            if (entries[name] is { } link && disk.LinkTarget(link) is { } target)
                message.AddSymlink(name, target);
        foreach (var folder in Folders(path))
            disk.ConfirmNames(folder);
        return Keep(message);
    }

    private void AddFile(DirectoryMessage message, string path, string name, string file)
    {
        var digest = cache.Hash(file, disk);
        var isExecutable = disk.Find(file).IsExecutable;
        _files.Add(new LocalFile(path, file, digest, isExecutable));
        message.AddFile(name, digest, isExecutable);
    }

    private LocalDirectory Keep(DirectoryMessage message)
    {
        var directory = message.ToDirectory();
        _directories.Add(directory);
        return directory;
    }

    /// <summary>The absolute paths of the folder's entries, by name; null is a folder that only leads to a layer.</summary>
    private Dictionary<string, string?> Entries(string path)
    {
        var entries = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            if (layer.Find(path) is { } found && disk.IsFolder(found))
                foreach (var name in disk.Names(found))
                    entries[name] = Path.Join(found, name);
            else if (layer.NameBelow(path) is { } name)
                entries[name] = layer.Mount.Length == path.Length + name.Length + (path.Length == 0 ? 0 : 1) && disk.IsFile(layer.Path)
                    ? layer.Path
                    : null;
        }
        return entries;
    }

    private IEnumerable<string> Folders(string path) =>
        layers.Select(layer => layer.Find(path)).OfType<string>().Where(disk.IsFolder);
}
