using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Folders;

namespace Bistro.Builder.Images.Layers;

/// <summary>A directory while layers are applied to it.</summary>
internal sealed class LayeredFolder
{
    private readonly Dictionary<string, TreeNode> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LayeredFolder> _folders = new(StringComparer.Ordinal);

    /// <summary>The attributes of the directory itself.</summary>
    public NodeProperties? Properties { get; set; }

    /// <summary>The directory at a path below, which is created if absent and replaces any file in its way.</summary>
    public LayeredFolder Enter(ReadOnlySpan<string> path)
    {
        var folder = this;
        foreach (var name in path)
        {
            if (!folder._folders.TryGetValue(name, out var below))
            {
                folder._files.Remove(name);
                folder._folders.Add(name, below = new LayeredFolder());
            }

            folder = below;
        }

        return folder;
    }

    /// <summary>The directory at a path below, or null.</summary>
    public LayeredFolder? TryEnter(ReadOnlySpan<string> path)
    {
        var folder = this;
        foreach (var name in path)
        {
            if (!folder._folders.TryGetValue(name, out folder))
                return null;
        }

        return folder;
    }

    /// <summary>The file or link at a path below, or null.</summary>
    public TreeNode? Find(ReadOnlySpan<string> path) =>
        path.IsEmpty ? null : TryEnter(path[..^1])?._files.GetValueOrDefault(path[^1]);

    /// <summary>Puts a file or link in place of any entry of its name.</summary>
    public void Put(TreeNode file)
    {
        _folders.Remove(file.Name);
        _files[file.Name] = file;
    }

    public void Remove(string name)
    {
        _files.Remove(name);
        _folders.Remove(name);
    }

    public void Clear()
    {
        _files.Clear();
        _folders.Clear();
    }

    public SizedDigest AddTo(TreeDraft draft) => FolderFold.Run<LayeredFolder, SizedDigest>(
        this,
        folder => [.. folder._folders.Values],
        (folder, below) => draft.Add(TreeDirectory.Create(
            [.. folder._files.Values, .. folder._folders.Keys.Zip(below, (name, tree) => new DirectoryNode(name, tree))], folder.Properties)));
}
