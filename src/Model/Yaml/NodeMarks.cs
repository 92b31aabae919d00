using System.Collections.Immutable;

namespace Bistro.Model.Yaml;

/// <summary>What a node and its children contain, so that nodes without anything to process are skipped.</summary>
[Flags]
internal enum NodeMarks : byte
{
    None = 0,

    /// <summary><c>(?)</c> or <c>(!)</c>.</summary>
    Condition = 1,

    /// <summary><c>(@)</c>.</summary>
    Include = 2,

    /// <summary><c>(&gt;)</c>, <c>(&lt;)</c> or <c>(=)</c>.</summary>
    ListDirective = 4,

    /// <summary><c>%{</c> in a text.</summary>
    Reference = 8,
}

/// <summary>Finds the marks of a node from those of its parts.</summary>
internal static class NodeMarking
{
    public static NodeMarks Of(string value) =>
        value.Contains("%{", StringComparison.Ordinal) ? NodeMarks.Reference : NodeMarks.None;

    public static NodeMarks Of(ImmutableArray<Node> items)
    {
        var marks = NodeMarks.None;
        foreach (var item in items)
            marks |= item.Marks;
        return marks;
    }

    public static NodeMarks Of(ImmutableArray<Member> members)
    {
        var marks = NodeMarks.None;
        foreach (ref readonly var member in members.AsSpan())
            marks |= member.Value.Marks | OfKey(member.Key);
        return marks;
    }

    public static NodeMarks OfKey(string key) => key switch
    {
        Directive.Conditions or Directive.Assertion => NodeMarks.Condition,
        Directive.Include => NodeMarks.Include,
        Directive.Append or Directive.Prepend or Directive.Overwrite => NodeMarks.ListDirective,
        _ => NodeMarks.None,
    };
}
