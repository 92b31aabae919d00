using Bistro.Builder.Images.Layers;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Automatic;

/// <summary>A tree that is part of a filesystem, and the index of the layer for its files.</summary>
internal readonly record struct LayerSource(Digest Tree, int Layer);

/// <summary>
/// Divides a filesystem among layers. Each file goes to the layer of the first tree that has the same file. Layers share only
/// directories, so they can be applied in any order.
/// </summary>
internal sealed class FileOwners
{
    private readonly TreeStore _trees;
    private readonly LayerEntries[] _layers;

    private FileOwners(TreeStore trees, Digest whole, int layers)
    {
        _trees = trees;
        _layers = [.. Enumerable.Range(0, layers).Select(_ => new LayerEntries(trees, whole))];
    }

    /// <param name="trees">The store of the trees.</param>
    /// <param name="whole">The filesystem: the sources merged in their order.</param>
    /// <param name="sources">In staging order.</param>
    /// <param name="layers">The number of layers.</param>
    /// <returns>The entries of each layer, sorted by path.</returns>
    public static IReadOnlyList<LayerEntry>[] Divide(TreeStore trees, Digest whole, IEnumerable<LayerSource> sources, int layers)
    {
        var owners = new FileOwners(trees, whole, layers);
        owners.Divide("", trees.Read(whole), [.. sources.Select(source => new Part(source.Layer, trees.Read(source.Tree)))]);
        return [.. owners._layers.Select(layer => layer.ToSorted())];
    }

    private void Divide(string path, TreeDirectory whole, List<Part> parts)
    {
        foreach (var node in whole.Nodes)
        {
            var below = path.Length == 0 ? node.Name : $"{path}/{node.Name}";
            if (node is DirectoryNode directory)
                DivideDirectory(below, directory, parts);
            else
                _layers[parts.Find(part => part.Directory.Find(node.Name) == node).Layer].Add(below, node);
        }
    }

    private void DivideDirectory(string path, DirectoryNode directory, List<Part> parts)
    {
        var holders = new List<Part>();
        foreach (var part in parts)
        {
            if (part.Directory.Find(directory.Name) is DirectoryNode held)
                holders.Add(new Part(part.Layer, _trees.Read(held.Tree.Hash)));
        }

        if (directory.Tree == TreeStore.Empty)
            _layers[holders[0].Layer].Add(path, directory);
        else
            Divide(path, _trees.Read(directory.Tree.Hash), holders);
    }

    private readonly record struct Part(int Layer, TreeDirectory Directory);
}
