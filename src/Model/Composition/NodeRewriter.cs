using System.Collections.Immutable;
using Bistro.Model.Yaml;

namespace Bistro.Model.Composition;

/// <summary>Replaces mappings below a node, and copies only the nodes on the path to a change.</summary>
internal static class NodeRewriter
{
    /// <summary>The mapping with each marked mapping that is nearest below it replaced.</summary>
    public static MappingNode Rewrite(MappingNode node, NodeMarks marks, Func<MappingNode, MappingNode> replace)
    {
        ImmutableArray<Member>.Builder? changed = null;
        for (var index = 0; index < node.Members.Length; index++)
        {
            var member = node.Members[index];
            var value = RewriteValue(member.Value, marks, replace);
            if (value != member.Value)
                (changed ??= node.Members.ToBuilder())[index] = member with { Value = value };
        }

        return changed is null ? node : new MappingNode(changed.MoveToImmutable(), node.Provenance);
    }

    private static Node RewriteValue(Node value, NodeMarks marks, Func<MappingNode, MappingNode> replace) => value switch
    {
        MappingNode mapping when mapping.Has(marks) => replace(mapping),
        SequenceNode sequence when sequence.Has(marks) => RewriteItems(sequence, marks, replace),
        _ => value,
    };

    private static SequenceNode RewriteItems(SequenceNode node, NodeMarks marks, Func<MappingNode, MappingNode> replace)
    {
        ImmutableArray<Node>.Builder? changed = null;
        for (var index = 0; index < node.Items.Length; index++)
        {
            var item = RewriteValue(node.Items[index], marks, replace);
            if (item != node.Items[index])
                (changed ??= node.Items.ToBuilder())[index] = item;
        }

        return changed is null ? node : new SequenceNode(changed.MoveToImmutable(), node.Provenance);
    }
}
