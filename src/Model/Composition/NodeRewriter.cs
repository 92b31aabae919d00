using Bistro.Model.Yaml;

namespace Bistro.Model.Composition;

/// <summary>Replaces mappings below a node, and makes anew only what lies on the way to a change.</summary>
internal static class NodeRewriter
{
    /// <summary>The mapping with each marked mapping that is nearest below it replaced.</summary>
    public static MappingNode Rewrite(MappingNode node, NodeMarks marks, Func<MappingNode, MappingNode> replace)
    {
        var members = node.Members;
        for (var index = 0; index < members.Length; index++)
        {
            var value = members[index].Value;
            var replaced = RewriteValue(value, marks, replace);
            if (replaced != value)
                members = members.SetItem(index, members[index] with { Value = replaced });
        }

        return members == node.Members ? node : new MappingNode(members, node.Provenance);
    }

    private static Node RewriteValue(Node value, NodeMarks marks, Func<MappingNode, MappingNode> replace) => value switch
    {
        MappingNode mapping when mapping.Has(marks) => replace(mapping),
        SequenceNode sequence when sequence.Has(marks) => RewriteItems(sequence, marks, replace),
        _ => value,
    };

    private static SequenceNode RewriteItems(SequenceNode node, NodeMarks marks, Func<MappingNode, MappingNode> replace)
    {
        var items = node.Items;
        for (var index = 0; index < items.Length; index++)
        {
            var replaced = RewriteValue(items[index], marks, replace);
            if (replaced != items[index])
                items = items.SetItem(index, replaced);
        }

        return items == node.Items ? node : new SequenceNode(items, node.Provenance);
    }
}
