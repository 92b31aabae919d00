using System.Collections.Immutable;
using Bistro.Model.Errors;

namespace Bistro.Model.Yaml;

/// <summary>
/// A piece of YAML that knows its place. Nodes are immutable: composition and expansion create new ones that share
/// what stays the same, so a parsed file is kept in memory and read by many threads.
/// </summary>
public abstract class Node
{
    private protected Node(Provenance provenance, NodeMarks marks)
    {
        Provenance = provenance;
        Marks = marks;
    }

    public Provenance Provenance { get; }

    internal NodeMarks Marks { get; }

    internal bool Has(NodeMarks marks) => (Marks & marks) != 0;
}

/// <summary>A text. BuildStream has no other scalars; code that expects a number or a boolean parses it.</summary>
public sealed partial class ScalarNode(string value, Provenance provenance) : Node(provenance, NodeMarking.Of(value))
{
    public string Value { get; } = value;

    public override string ToString() => Value;
}

public sealed partial class SequenceNode(ImmutableArray<Node> items, Provenance provenance)
    : Node(provenance, NodeMarking.Of(items))
{
    public ImmutableArray<Node> Items { get; } = items;
}

/// <summary>A member of a mapping.</summary>
/// <param name="Key">The key's text.</param>
/// <param name="Value">The value.</param>
/// <param name="KeyProvenance">The place of the key.</param>
public readonly record struct Member(string Key, Node Value, Provenance KeyProvenance);

/// <summary>Members in written order, each key once.</summary>
public sealed partial class MappingNode(ImmutableArray<Member> members, Provenance provenance)
    : Node(provenance, NodeMarking.Of(members))
{
    private const int FewMembers = 12;

    private Dictionary<string, int>? _places;

    public ImmutableArray<Member> Members { get; } = members;

    /// <summary>The value at the key, or null.</summary>
    public Node? this[string key] => IndexOf(key) is >= 0 and var index ? Members[index].Value : null;

    /// <summary>The member's place, or -1.</summary>
    internal int IndexOf(string key)
    {
        if (Members.Length > FewMembers)
            return (_places ??= Places()).GetValueOrDefault(key, -1);
        for (var index = 0; index < Members.Length; index++)
            if (Members[index].Key == key)
                return index;
        return -1;
    }

    private Dictionary<string, int> Places()
    {
        var places = new Dictionary<string, int>(Members.Length, StringComparer.Ordinal);
        for (var index = 0; index < Members.Length; index++)
            places.Add(Members[index].Key, index);
        return places;
    }
}
