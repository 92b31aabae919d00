using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Variables;

/// <summary>Replaces references by values: in a text, or in everything below a node.</summary>
public sealed partial class VariableSet
{
    // Far more than any build needs, and small enough to stop texts that double at each step.
    private const int LongestText = 1 << 20;
    private const int LongestTree = 1 << 24;

    /// <summary>The text with its references replaced.</summary>
    /// <exception cref="LoadException">A reference is to an undefined variable.</exception>
    public string Expand(string text, Provenance where) => Join(new ScalarNode(text, where));

    /// <summary>The mapping with every reference in its values replaced; itself where there are none.</summary>
    /// <exception cref="LoadException">A reference is to an undefined variable.</exception>
    public MappingNode Expand(MappingNode node) => Expand(node, null);

    /// <inheritdoc cref="Expand(MappingNode)"/>
    internal MappingNode Expand(MappingNode node, ExpansionCache? cache)
    {
        var length = 0;
        return (MappingNode)Expand(node, cache, ref length);
    }

    /// <summary>The node with every reference replaced; itself where there are none.</summary>
    /// <exception cref="LoadException">A reference is to an undefined variable.</exception>
    public Node Expand(Node node)
    {
        var length = 0;
        return Expand(node, null, ref length);
    }

    private Node Expand(Node node, ExpansionCache? cache, ref int length)
    {
        if (!node.Has(NodeMarks.Reference))
            return node;
        if (node is ScalarNode scalar)
            return Expand(scalar, ref length);
        var place = cache?.Find(node);
        if (place?.Recall(this) is { } known)
        {
            length += known.Length;
            return length <= LongestTree ? known.Node : throw TooLong(node, LongestTree);
        }
        var before = length;
        Node expanded = node is SequenceNode sequence
            ? ExpandItems(sequence, cache, ref length)
            : ExpandMembers((MappingNode)node, cache, ref length);
        place?.Keep(this, expanded, length - before);
        return expanded;
    }

    private ScalarNode Expand(ScalarNode node, ref int length)
    {
        var text = Join(node);
        length += text.Length;
        if (length > LongestTree)
            throw TooLong(node, LongestTree);
        return text == node.Value ? node : new ScalarNode(text, node.Provenance);
    }

    private SequenceNode ExpandItems(SequenceNode node, ExpansionCache? cache, ref int length)
    {
        var items = new Node[node.Items.Length];
        for (var index = 0; index < items.Length; index++)
            items[index] = Expand(node.Items[index], cache, ref length);
        return new SequenceNode(ImmutableCollectionsMarshal.AsImmutableArray(items), node.Provenance);
    }

    private MappingNode ExpandMembers(MappingNode node, ExpansionCache? cache, ref int length)
    {
        var members = new Member[node.Members.Length];
        for (var index = 0; index < members.Length; index++)
            members[index] = node.Members[index] with { Value = Expand(node.Members[index].Value, cache, ref length) };
        return new MappingNode(ImmutableCollectionsMarshal.AsImmutableArray(members), node.Provenance);
    }

    private string Join(ScalarNode node)
    {
        var parts = node.Template.Parts;
        if (parts.Length == 1)
            return Text(parts[0], node);
        var joined = new DefaultInterpolatedStringHandler(0, 0, null, stackalloc char[256]);
        var length = 0;
        foreach (var part in parts)
        {
            var text = Text(part, node);
            if ((length += text.Length) > LongestText)
                throw TooLong(node, LongestText);
            joined.AppendLiteral(text);
        }

        var shared = TextPool.Share(joined.Text);
        joined.Clear();
        return shared;
    }

    private string Text(TextTemplate.Part part, ScalarNode node) =>
        part.IsReference ? Value(Number(part.Text, node)) : part.Text;

    private int Number(string name, ScalarNode user) => _names.Find(name) is >= 0 and var number
        ? number
        : throw new LoadException(
            LoadErrorReason.UnresolvedVariable, user.Provenance, $"Reference to undefined variable '{name}'");

    private bool IsOwn(int name) => name >= _isOwn.Length || _isOwn[name];

    private static LoadException TooLong(Node node, int limit) => new(
        LoadErrorReason.RecursiveVariable, node.Provenance, $"The text grows to more than {limit} characters");
}
