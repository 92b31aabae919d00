using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>An entry of a layer.</summary>
/// <param name="Path">Relative to the root, without a leading slash.</param>
/// <param name="Node">What is there; null when what a layer below has there is gone (image-spec: Layer, Whiteouts).</param>
public readonly record struct LayerEntry(string Path, TreeNode? Node);

/// <summary>
/// Collects the entries of a layer, each with the directories that lead to it, so that a reader of this layer alone knows
/// their modes.
/// </summary>
internal sealed class LayerEntries(TreeStore trees, Digest tree)
{
    private readonly List<LayerEntry> _entries = [];
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);

    /// <summary>Adds what is at a path of the tree, or null for what is gone from it.</summary>
    public void Add(string path, TreeNode? node)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var directory = path[..slash];
            if (!_directories.Add(directory))
                break;
            _entries.Add(new LayerEntry(directory, trees.Find(tree, directory)));
        }

        if (node is not DirectoryNode || _directories.Add(path))
            _entries.Add(new LayerEntry(path, node));
    }

    /// <summary>Sorted by path.</summary>
    public IReadOnlyList<LayerEntry> ToSorted()
    {
        _entries.Sort(static (left, right) => NodeNames.Compare(left.Path, right.Path));
        return _entries;
    }
}
