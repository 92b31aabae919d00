using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Permissions;

/// <summary>
/// Carries the attributes of a parent image's filesystem over to a child's: artifacts have none, so what the child does not
/// declare is as in the parent wherever the child has an entry of the same kind at the same path.
/// </summary>
internal static class InheritedAttributes
{
    /// <exception cref="Content.ContentMissingException">The store no longer has all of the parent's tree.</exception>
    public static Digest Inherit(this TreeDraft draft, Digest parent, Digest child) =>
        Inherit(draft, draft.Measure(parent), draft.Measure(child)).Hash;

    private static SizedDigest Inherit(TreeDraft draft, SizedDigest parent, SizedDigest child)
    {
        if (parent == child)
            return child;
        var (above, own) = (draft.Read(parent.Hash), draft.Read(child.Hash));
        var nodes = own.Nodes.Select(node => Inherit(draft, above.Find(node.Name), node)).ToArray();
        var properties = own.Properties ?? AttributesOf(above.Properties);
        return nodes.AsSpan().SequenceEqual(own.Nodes.AsSpan()) && properties == own.Properties
            ? child
            : draft.Add(TreeDirectory.Create(nodes, properties));
    }

    private static TreeNode Inherit(TreeDraft draft, TreeNode? parent, TreeNode child) => (parent, child) switch
    {
        (DirectoryNode above, DirectoryNode own) => own with { Tree = Inherit(draft, above.Tree, own.Tree) },
        (FileNode above, FileNode { Properties: null } own) => own with { Properties = AttributesOf(above.Properties, above.IsExecutable == own.IsExecutable) },
        (LinkNode above, LinkNode { Properties: null } own) => own with { Properties = AttributesOf(above.Properties) },
        _ => child,
    };

    // A file that became executable, or is no longer, does not keep a mode that says otherwise.
    private static NodeProperties? AttributesOf(NodeProperties? properties, bool keepsMode = true)
    {
        var attributes = EntryAttributes.Of(properties);
        return (keepsMode ? attributes : attributes with { Mode = null }).ToProperties();
    }
}
