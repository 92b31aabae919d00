using System.Collections.Immutable;

namespace Bistro.Model.Yaml;

/// <summary>
/// A piece of YAML that knows where it stands. Nodes never change: composition and expansion make new ones that share
/// what stays the same, so a parsed file is kept in memory and read by many threads.
/// </summary>
public abstract class Node(Provenance provenance)
{
    public Provenance Provenance { get; } = provenance;
}

/// <summary>Text. BuildStream knows no other scalars: numbers and booleans are read from it by who expects them.</summary>
public sealed class ScalarNode(string value, Provenance provenance) : Node(provenance)
{
    public string Value { get; } = value;

    public override string ToString() => Value;
}

public sealed class SequenceNode(ImmutableArray<Node> items, Provenance provenance) : Node(provenance)
{
    public ImmutableArray<Node> Items { get; } = items;
}

/// <summary>A member of a mapping.</summary>
/// <param name="Key">The key's text.</param>
/// <param name="Value">The value.</param>
/// <param name="KeyProvenance">Where the key stands.</param>
public readonly record struct Member(string Key, Node Value, Provenance KeyProvenance);

/// <summary>Members in written order, each key once.</summary>
public sealed partial class MappingNode(ImmutableArray<Member> members, Provenance provenance) : Node(provenance)
{
    public ImmutableArray<Member> Members { get; } = members;

    /// <summary>The value at the key, or null.</summary>
    public Node? this[string key]
    {
        get
        {
            foreach (var member in Members.AsSpan())
                if (member.Key == key)
                    return member.Value;
            return null;
        }
    }
}
