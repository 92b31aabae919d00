using Bistro.Model.Errors;

namespace Bistro.Model.Yaml;

/// <summary>Keys that control how a file is composed.</summary>
internal static class Directive
{
    public const string Conditions = "(?)";
    public const string Assertion = "(!)";
    public const string Include = "(@)";
    public const string Append = "(>)";
    public const string Prepend = "(<)";
    public const string Overwrite = "(=)";

    /// <summary>Throws if a list directive is left below the node: one that is left had no list to apply to.</summary>
    /// <exception cref="LoadException">A directive is left.</exception>
    public static void ExpectNoneOfLists(Node node)
    {
        if (!node.Has(NodeMarks.ListDirective))
            return;
        foreach (var item in node is SequenceNode sequence ? sequence.Items : [])
            ExpectNoneOfLists(item);
        foreach (var member in node is MappingNode mapping ? mapping.Members : [])
        {
            if (NodeMarking.OfKey(member.Key) == NodeMarks.ListDirective)
                throw new LoadException(
                    LoadErrorReason.TrailingListDirective, member.Value.Provenance, "Attempt to override non-existing list");
            ExpectNoneOfLists(member.Value);
        }
    }
}
