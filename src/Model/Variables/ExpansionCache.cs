using Bistro.Model.Yaml;

namespace Bistro.Model.Variables;

/// <summary>
/// The last expansion of each list and mapping in the defaults of a kind. Most elements of a kind have the same values for the variables
/// in them, and share one expansion. Thread-safe.
/// </summary>
internal sealed class ExpansionCache
{
    private readonly Dictionary<Node, Place> _places = new(ReferenceEqualityComparer.Instance);

    /// <param name="defaults">Only expansions of these are kept.</param>
    public ExpansionCache(params ReadOnlySpan<MappingNode> defaults)
    {
        foreach (var node in defaults)
            Add(node);
    }

    /// <summary>The place of a node of the defaults; null for all others.</summary>
    public Place? Find(Node node) => _places.GetValueOrDefault(node);

    /// <summary>The variables that a node refers to, in order.</summary>
    private OrderedDictionary<string, bool> Add(Node node)
    {
        var names = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        if (!node.Has(NodeMarks.Reference))
            return names;
        if (node is ScalarNode scalar)
        {
            foreach (var part in scalar.Template.Parts)
                if (part.IsReference)
                    names.TryAdd(part.Text, true);
            return names;
        }
        foreach (var child in node is SequenceNode sequence ? sequence.Items : ((MappingNode)node).Members.Select(member => member.Value))
            foreach (var name in Add(child).Keys)
                names.TryAdd(name, true);
        _places.TryAdd(node, new Place([.. names.Keys]));
        return names;
    }

    /// <summary>A node, and its last expansion.</summary>
    /// <param name="names">The variables that it refers to.</param>
    public sealed class Place(string[] names)
    {
        private Expansion? _last;

        /// <summary>The last expansion, where the variables have the same values now.</summary>
        public Expansion? Recall(VariableSet variables)
        {
            if (_last is not { } last)
                return null;
            for (var index = 0; index < names.Length; index++)
                if (variables.Find(names[index]) != last.Values[index])
                    return null;
            return last;
        }

        /// <summary>Keeps an expansion. All variables have values then.</summary>
        public void Keep(VariableSet variables, Node node, int length) =>
            _last = new Expansion([.. names.Select(name => variables.Find(name)!)], node, length);
    }

    /// <param name="Values">The values of the variables.</param>
    /// <param name="Node">What the node became.</param>
    /// <param name="Length">The length of all texts that were put together for it.</param>
    public sealed record Expansion(string[] Values, Node Node, int Length);
}
