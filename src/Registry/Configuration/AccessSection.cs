using System.Collections.Immutable;
using Bistro.Model.Yaml;
using Bistro.Registry.Auth;

namespace Bistro.Registry.Configuration;

/// <summary>Reads <c>auth: access:</c>, the list of permissions.</summary>
internal static class AccessSection
{
    /// <summary>Without a list, authenticated users may do everything, and other callers nothing.</summary>
    private static readonly AccessRule Default = new([AccessRule.Authenticated], [RepositoryPattern.Everything], RepositoryActions.All);

    public static IReadOnlyList<AccessRule> Read(MappingNode auth, ConfigurationScope scope)
    {
        if (scope.Check(() => auth.OptionalSequence("access")?.Mappings(), ImmutableArray<MappingNode>.Empty) is not { } entries)
            return [Default];
        var rules = new List<AccessRule>();
        foreach (var entry in entries)
        {
            if (scope.Check<AccessRule?>(() => Read(entry), null) is { } rule)
                rules.Add(rule);
        }

        return rules;
    }

    private static AccessRule Read(MappingNode entry)
    {
        entry.ExpectKeys("who", "repositories", "actions");
        var patterns = entry.Contains("repositories")
            ? Texts(entry, "repositories").Select(Pattern).ToList()
            : [RepositoryPattern.Everything];
        var actions = Texts(entry, "actions").Aggregate(RepositoryActions.None, (all, word) => all | Action(word));
        return new AccessRule([.. Texts(entry, "who").Select(Who)], patterns, actions);
    }

    private static string Who(ScalarNode node) =>
        node.Value is "" or "@" ? throw node.Wrong("'who' lists user names, @group names, @authenticated or @anonymous") : node.Value;

    private static RepositoryPattern Pattern(ScalarNode node) =>
        RepositoryPattern.IsValid(node.Value)
            ? new RepositoryPattern(node.Value)
            : throw node.Wrong($"'{node.Value}' is not a repository pattern: write lower-case components separated by '/', with '*' for any part of a component and '**' for anything");

    private static RepositoryActions Action(ScalarNode node) =>
        AccessClaim.ActionOf(node.Value) is var action and not RepositoryActions.None
            ? action
            : throw node.Wrong($"'{node.Value}' is not an action: use pull, push, delete, build, or '*' for all");

    // A list, or a single value.
    private static ImmutableArray<ScalarNode> Texts(MappingNode entry, string key) => entry[key] switch
    {
        ScalarNode one => [one],
        _ => entry.Sequence(key).Scalars(),
    };
}
