using System.Collections.Immutable;
using Bistro.Builder.Trees;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Builds;

/// <summary>The domains of an element, and which of its files each speaks for: a file may be of several or of none.</summary>
public sealed class SplitRules
{
    private readonly ImmutableArray<(string Domain, ImmutableArray<GlobPattern> Patterns)> _rules;

    private SplitRules(ImmutableArray<(string, ImmutableArray<GlobPattern>)> rules) => _rules = rules;

    public IEnumerable<string> Domains => _rules.Select(rule => rule.Domain);

    public static SplitRules Read(MappingNode rules) => new(
        [.. rules.Members.Select(rule => (rule.Key, rules.Texts(rule.Key).Select(pattern => new GlobPattern(pattern)).ToImmutableArray()))]);

    /// <summary>Decides whether an absolute path is chosen. Domains that the element does not have choose nothing.</summary>
    public Func<string, bool> Chooser(DomainChoice choice)
    {
        if (choice.IsEverything)
            return _ => true;
        return path =>
        {
            var domains = _rules.Where(rule => rule.Patterns.Any(pattern => pattern.Matches(path))).Select(rule => rule.Domain).ToList();
            if (domains.Count == 0)
                return choice.IncludeOrphans;
            return !domains.Exists(choice.Exclude.Contains) && (choice.Include.IsEmpty || domains.Exists(choice.Include.Contains));
        };
    }
}
