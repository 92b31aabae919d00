using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Bistro.Builder.Trees;

/// <summary>One directory of a tree: its entries, each name once, in the order of <see cref="NodeNames"/>.</summary>
public sealed class TreeDirectory
{
    private TreeDirectory(ImmutableArray<TreeNode> nodes, NodeProperties? properties) => (Nodes, Properties) = (nodes, properties);

    public static TreeDirectory Empty { get; } = new([], null);

    public ImmutableArray<TreeNode> Nodes { get; }

    public NodeProperties? Properties { get; }

    /// <summary>Makes a directory of entries in any order.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public static TreeDirectory Create(IEnumerable<TreeNode> nodes, NodeProperties? properties = null)
    {
        var sorted = nodes.ToArray();
        Array.Sort(sorted, static (left, right) => NodeNames.Compare(left.Name, right.Name));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Name == sorted[i - 1].Name)
                throw new ArgumentException($"A directory cannot have two entries named '{sorted[i].Name}'.", nameof(nodes));
        }
        return new TreeDirectory(ImmutableCollectionsMarshal.AsImmutableArray(sorted), properties);
    }

    /// <summary>The entry of that name, or null.</summary>
    public TreeNode? Find(string name)
    {
        var (low, high) = (0, Nodes.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            switch (NodeNames.Compare(Nodes[middle].Name, name))
            {
                case 0: return Nodes[middle];
                case < 0: low = middle + 1; break;
                default: high = middle - 1; break;
            }
        }
        return null;
    }

    /// <summary>The same directory with this entry in place of the one of its name, if any.</summary>
    public TreeDirectory With(TreeNode node) => Create(Nodes.Where(other => other.Name != node.Name).Append(node), Properties);

    /// <summary>The same directory without the entry of that name.</summary>
    public TreeDirectory Without(string name) => Create(Nodes.Where(node => node.Name != name), Properties);
}
