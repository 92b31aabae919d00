using System.Runtime.CompilerServices;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Variables;

/// <summary>Puts values for references: in a text, or in everything below a node.</summary>
public sealed partial class VariableSet
{
    // Far more than any build has, and little enough that texts which double at each step do no harm.
    private const int LongestText = 1 << 20;
    private const int LongestTree = 1 << 24;

    /// <summary>The text with its references replaced.</summary>
    /// <exception cref="LoadException">A reference is to what is not defined.</exception>
    public string Expand(string text, Provenance where) => Join(new ScalarNode(text, where));

    /// <summary>The mapping with every reference in its values replaced; itself where there are none.</summary>
    /// <exception cref="LoadException">A reference is to what is not defined.</exception>
    public MappingNode Expand(MappingNode node)
    {
        var length = 0;
        return Expand(node, ref length);
    }

    /// <summary>The node with every reference replaced; itself where there are none.</summary>
    /// <exception cref="LoadException">A reference is to what is not defined.</exception>
    public Node Expand(Node node)
    {
        var length = 0;
        return Expand(node, ref length);
    }

    private Node Expand(Node node, ref int length) => !node.Has(NodeMarks.Reference) ? node : node switch
    {
        ScalarNode scalar => Expand(scalar, ref length),
        SequenceNode sequence => Expand(sequence, ref length),
        _ => Expand((MappingNode)node, ref length),
    };

    private ScalarNode Expand(ScalarNode node, ref int length)
    {
        var text = Join(node);
        length += text.Length;
        if (length > LongestTree)
            throw TooLong(node, LongestTree);
        return text == node.Value ? node : new ScalarNode(text, node.Provenance);
    }

    private SequenceNode Expand(SequenceNode node, ref int length)
    {
        if (!node.Has(NodeMarks.Reference))
            return node;
        var items = node.Items.ToBuilder();
        for (var index = 0; index < items.Count; index++)
            items[index] = Expand(items[index], ref length);
        return new SequenceNode(items.MoveToImmutable(), node.Provenance);
    }

    private MappingNode Expand(MappingNode node, ref int length)
    {
        if (!node.Has(NodeMarks.Reference))
            return node;
        var members = node.Members.ToBuilder();
        for (var index = 0; index < members.Count; index++)
            members[index] = members[index] with { Value = Expand(members[index].Value, ref length) };
        return new MappingNode(members.MoveToImmutable(), node.Provenance);
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

    private static LoadException TooLong(ScalarNode node, int limit) => new(
        LoadErrorReason.RecursiveVariable, node.Provenance, $"The text grows to more than {limit} characters");
}
