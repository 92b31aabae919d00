using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Folders;

namespace Bistro.Builder.Images.Permissions;

/// <summary>
/// Carries the attributes of a parent image's filesystem over to a child's: artifacts have none, so what the child does not
/// declare is as in the parent wherever the child has an entry of the same kind at the same path.
/// </summary>
internal static class InheritedAttributes
{
    /// <exception cref="Content.ContentMissingException">The store no longer has all of the parent's tree.</exception>
    public static Digest Inherit(this TreeDraft draft, Digest parent, Digest child) =>
        FolderFold.Run<Pair, SizedDigest>(
            Pair.Of(draft, draft.Measure(parent), draft.Measure(child)), pair => pair.Below(draft), (pair, below) => Combine(draft, pair, below)).Hash;

    private static SizedDigest Combine(TreeDraft draft, Pair pair, IReadOnlyList<SizedDigest> below)
    {
        if (pair.Contents is not var (above, own))
            return pair.Child;
        var next = 0;
        var nodes = own.Nodes.Select(node => (above.Find(node.Name), node) switch
        {
            (DirectoryNode, DirectoryNode directory) => directory with { Tree = below[next++] },
            (FileNode parent, FileNode { Properties: null } file) => file with { Properties = AttributesOf(parent.Properties, parent.IsExecutable == file.IsExecutable) },
            (LinkNode parent, LinkNode { Properties: null } link) => link with { Properties = AttributesOf(parent.Properties) },
            _ => node,
        }).ToArray();
        var properties = own.Properties ?? AttributesOf(above.Properties);
        return nodes.AsSpan().SequenceEqual(own.Nodes.AsSpan()) && properties == own.Properties
            ? pair.Child
            : draft.Add(TreeDirectory.Create(nodes, properties));
    }

    // A file that became executable, or is no longer, does not keep a mode that says otherwise.
    private static NodeProperties? AttributesOf(NodeProperties? properties, bool keepsMode = true)
    {
        var attributes = EntryAttributes.Of(properties);
        return (keepsMode ? attributes : attributes with { Mode = null }).ToProperties();
    }

    /// <summary>A directory of the child, and the parent's at the same path.</summary>
    /// <param name="Child">The child's.</param>
    /// <param name="Contents">What both contain; null where they are equal, so that nothing is inherited.</param>
    private sealed record Pair(SizedDigest Child, (TreeDirectory Parent, TreeDirectory Child)? Contents)
    {
        public static Pair Of(TreeDraft draft, SizedDigest parent, SizedDigest child) =>
            new(child, parent == child ? null : (draft.Read(parent.Hash), draft.Read(child.Hash)));

        /// <summary>The directories that both have, in the child's order.</summary>
        public IReadOnlyList<Pair> Below(TreeDraft draft) => Contents is not var (above, own)
            ? []
            :
            [
                .. from node in own.Nodes.OfType<DirectoryNode>()
                   let parent = above.Find(node.Name) as DirectoryNode
                   where parent is not null
                   select Of(draft, parent.Tree, node.Tree),
            ];
    }
}
