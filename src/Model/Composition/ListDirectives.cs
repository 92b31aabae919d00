using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Model.Composition;

/// <summary>A mapping of <c>(&gt;)</c>, <c>(&lt;)</c> and <c>(=)</c> in the place of a list: how to change the list that it is composed over.</summary>
internal static class ListDirectives
{
    // More items than any project has; doubling appends reach it while memory is still small.
    private const int MaximumItems = 1_000_000;

    /// <exception cref="LoadException">The mapping has other keys too.</exception>
    public static bool AreIn(MappingNode mapping)
    {
        var directives = 0;
        foreach (ref readonly var member in mapping.Members.AsSpan())
            if (NodeMarking.OfKey(member.Key) == NodeMarks.ListDirective)
                directives++;
        return directives == 0 || directives == mapping.Members.Length
            ? directives > 0
            : throw new LoadException(
                LoadErrorReason.InvalidData,
                mapping.Provenance,
                "Dictionary contains list composition directives and arbitrary keys");
    }

    public static Node Compose(string key, Node? target, MappingNode directives) => target switch
    {
        null => directives,
        SequenceNode list => ComposeOnList(list, directives),
        MappingNode mapping when AreIn(mapping) => ComposeOnDirectives(mapping, directives),
        _ => throw Composer.Illegal(directives, $"Cannot compose lists onto '{key}' at {target.Provenance}"),
    };

    private static SequenceNode ComposeOnList(SequenceNode target, MappingNode directives) => new(
        Join(directives.OptionalSequence(Directive.Prepend),
            directives.OptionalSequence(Directive.Overwrite) ?? target,
            directives.OptionalSequence(Directive.Append)),
        target.Provenance);

    private static MappingNode ComposeOnDirectives(MappingNode target, MappingNode directives)
    {
        if (directives.OptionalSequence(Directive.Overwrite) is not null)
            return new MappingNode(directives.Members, target.Provenance);

        var prepended = directives.OptionalSequence(Directive.Prepend);
        var appended = directives.OptionalSequence(Directive.Append);
        if (prepended is not null)
            target = Extend(target, Directive.Prepend, prepended, before: true);
        if (appended is not null)
            target = Extend(target, Directive.Append, appended, before: false);
        return target;
    }

    private static MappingNode Extend(MappingNode target, string directive, SequenceNode items, bool before)
    {
        var present = target.OptionalSequence(directive);
        return target.With(directive, present is null
            ? items
            : new SequenceNode(before ? Join(items, present, null) : Join(null, present, items), present.Provenance));
    }

    /// <summary>The items of all, in this order.</summary>
    /// <exception cref="LoadException">They are too many.</exception>
    public static ImmutableArray<Node> Join(SequenceNode? before, SequenceNode middle, SequenceNode? after)
    {
        if ((before?.Items.Length ?? 0) + middle.Items.Length + (after?.Items.Length ?? 0) > MaximumItems)
            throw Composer.Illegal(middle, $"The list grows to more than {MaximumItems} items");
        return [.. before?.Items ?? [], .. middle.Items, .. after?.Items ?? []];
    }
}
