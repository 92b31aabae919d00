using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Composition;

/// <summary>
/// Lays one mapping over another: text replaces text, mappings merge, a list replaces a list unless it is written with
/// <c>(&gt;)</c>, <c>(&lt;)</c> or <c>(=)</c>.
/// </summary>
public static class Composer
{
    /// <summary>Lays <paramref name="overlay"/> over <paramref name="target"/>; new members are appended.</summary>
    /// <exception cref="LoadException">A value cannot be composed over the existing one.</exception>
    public static MappingNode Compose(MappingNode target, MappingNode overlay)
    {
        if (overlay.Members.IsEmpty)
            return new MappingNode(target.Members, Over(target, overlay));
        var members = new MemberList(target, overlay.Members.Length);
        foreach (ref readonly var member in overlay.Members.AsSpan())
            members.Set(member with { Value = ComposeValue(member.Key, members.Find(member.Key), member.Value) });
        return members.ToMapping(Over(target, overlay));
    }

    /// <summary>
    /// Lays <paramref name="target"/> over what it includes. It keeps the order of its members and its place, and what
    /// only the included mapping has is appended.
    /// </summary>
    /// <exception cref="LoadException">A value cannot be composed over the existing one.</exception>
    public static MappingNode ComposeUnder(MappingNode target, MappingNode included)
    {
        var composed = Compose(included, target);
        var members = new MemberList(target, composed.Members.Length);
        foreach (ref readonly var member in composed.Members.AsSpan())
            members.Set(member);
        return members.ToMapping(target.Provenance);
    }

    private static Node ComposeValue(string key, Node? target, Node overlay) => overlay switch
    {
        ScalarNode when target is null or ScalarNode => overlay,
        ScalarNode => throw Illegal(overlay, $"Cannot compose scalar on non-scalar '{key}' at {target.Provenance}"),
        SequenceNode list => ComposeList(key, target, list),
        MappingNode mapping => ListDirectives.AreIn(mapping)
            ? ListDirectives.Compose(key, target, mapping)
            : ComposeMapping(key, target, mapping),
        _ => throw new ArgumentOutOfRangeException(nameof(overlay)),
    };

    private static SequenceNode ComposeList(string key, Node? target, SequenceNode overlay) => target switch
    {
        // Conditions from a fragment are appended to those that are not evaluated yet.
        SequenceNode conditions when key == Directive.Conditions =>
            new SequenceNode(ListDirectives.Join(null, conditions, overlay), conditions.Provenance),
        null or SequenceNode => overlay,
        MappingNode mapping when ListDirectives.AreIn(mapping) => overlay,
        _ => throw Illegal(overlay, $"List cannot overwrite '{key}' at {target.Provenance}"),
    };

    private static MappingNode ComposeMapping(string key, Node? target, MappingNode overlay) => target switch
    {
        // Onto nothing: what is there is as it will be, unless a mixture of directives and keys is to be found in it.
        null when !overlay.Has(NodeMarks.ListDirective) => overlay,
        null => Compose(new MappingNode([], overlay.Provenance), overlay),
        MappingNode mapping => Compose(mapping, overlay),
        _ => throw Illegal(overlay, $"Cannot compose a dict onto '{key}' at {target.Provenance}"),
    };

    // Automatic variables do not change the place of a mapping that the user wrote.
    private static Provenance Over(MappingNode target, MappingNode overlay) =>
        overlay.Provenance.File == SourceFile.None ? target.Provenance : overlay.Provenance;

    internal static LoadException Illegal(Node node, string message) =>
        new(LoadErrorReason.IllegalComposite, node.Provenance, message);
}
