using System.Collections.Immutable;
using System.Text;
using Bistro.Model.Disk;
using Bistro.Model.Errors;
using Bistro.Model.Folders;
using Bistro.Model.Python;

namespace Bistro.Model.Projects;

/// <summary>Hashes a path of a project into a tree: the union of all layers of the project.</summary>
internal sealed class LocalTreeReader(ImmutableArray<FileLayer> layers, FileCache cache, DiskView disk, Provenance? where)
{
    // Of a path, as the kernel has it; the same limit holds for every other way into the store.
    private const int MaximumBytes = 4096;

    private readonly ImmutableArray<LocalFile>.Builder _files = ImmutableArray.CreateBuilder<LocalFile>();
    private readonly ImmutableArray<LocalDirectory>.Builder _directories = ImmutableArray.CreateBuilder<LocalDirectory>();

    /// <param name="path">A project path that exists: a folder, or a file, which becomes the one file of a tree.</param>
    public LocalTree Read(string path)
    {
        var name = Path.GetFileName(path);
        var root = Entries(Path.GetDirectoryName(path) ?? "").GetValueOrDefault(name) is { } file && disk.FindLink(file).Kind is FileKind.File or FileKind.Special
            ? Wrap(name, file)
            : ReadDirectory(path);
        return new LocalTree(root.Digest, _files.ToImmutable(), _directories.ToImmutable());
    }

    private LocalDirectory Wrap(string name, string file)
    {
        var message = new DirectoryMessage();
        AddFile(message, name, name, file);
        return Keep(message);
    }

    /// <param name="root">Its path in the project.</param>
    private LocalDirectory ReadDirectory(string root) => FolderFold.Run<LocalFolder, LocalDirectory>(
        Open(root, ""),
        folder =>
        {
            // A socket, a pipe or a device has no content and is left out.
            foreach (var name in folder.Names)
                if (folder.Entries[name] is { } file && disk.FindLink(file).Kind == FileKind.File)
                    AddFile(folder.Message, folder.Below + name, name, file);
            return [.. folder.Subfolders.Select(name => Open(folder.Path.Length == 0 ? name : $"{folder.Path}/{name}", $"{folder.Below}{name}/"))];
        },
        (folder, below) =>
        {
            foreach (var (name, directory) in folder.Subfolders.Zip(below))
                folder.Message.AddDirectory(name, directory.Digest);
            foreach (var name in folder.Names)
                if (folder.Entries[name] is { } link && disk.LinkTarget(link) is { } target)
                    folder.Message.AddSymlink(name, target);
            foreach (var layer in Folders(folder.Path))
                disk.ConfirmNames(layer);
            return Keep(folder.Message);
        });

    private LocalFolder Open(string path, string below)
    {
        var entries = Entries(path);
        string[] names = [.. entries.Keys.Order(CodePointOrder.Instance)];
        foreach (var name in names)
            Check(below + name, entries[name]);
        return new LocalFolder(path, below, entries, names, [.. names.Where(name => entries[name] is not { } folder || disk.FindLink(folder).Kind == FileKind.Folder)]);
    }

    /// <exception cref="LoadException">A path is too long, or a name is not UTF-8. Neither can be opened by its text, so that it would be left out.</exception>
    private void Check(string path, string? file)
    {
        if (path.Contains('\uFFFD', StringComparison.Ordinal))
            throw new LoadException(LoadErrorReason.InvalidData, where, $"The name of '{path}' is not UTF-8");
        var longest = file is null || file.Length < path.Length ? path : file;
        if (longest.Length * 3 > MaximumBytes && Encoding.UTF8.GetByteCount(longest) >= MaximumBytes)
            throw new LoadException(LoadErrorReason.InvalidData, where, $"The path '{path[..Math.Min(path.Length, 100)]}…' is longer than {MaximumBytes} bytes");
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

    /// <summary>A folder that is read.</summary>
    /// <param name="Path">In the project.</param>
    /// <param name="Below">In the tree, with a trailing slash unless it is the root.</param>
    /// <param name="Entries">The absolute paths of its entries by name; null is a folder that only leads to a layer.</param>
    /// <param name="Names">Of the entries, in their order.</param>
    /// <param name="Subfolders">The names that are folders.</param>
    private sealed record LocalFolder(string Path, string Below, Dictionary<string, string?> Entries, string[] Names, string[] Subfolders)
    {
        public DirectoryMessage Message { get; } = new();
    }
}
