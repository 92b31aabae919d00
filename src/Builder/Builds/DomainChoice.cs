using System.Collections.Immutable;
using Bistro.Model.Keys;
using Bistro.Model.Python;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Builds;

/// <summary>Which files of an artifact are kept, by the domains of its <c>split-rules</c>.</summary>
/// <param name="Include">Domains to keep; empty for all.</param>
/// <param name="Exclude">Domains to drop, also where another domain keeps the file.</param>
/// <param name="IncludeOrphans">Whether files of no domain are kept.</param>
public sealed record DomainChoice(ImmutableArray<string> Include, ImmutableArray<string> Exclude, bool IncludeOrphans)
{
    /// <summary>Whether every file is kept.</summary>
    public bool IsEverything => Include.IsEmpty && Exclude.IsEmpty && IncludeOrphans;

    /// <summary>Reads <c>include</c>, <c>exclude</c> and <c>include-orphans</c>, which the kind's defaults hold.</summary>
    public static DomainChoice Read(MappingNode config) => new(
        config.Texts("include"), config.Texts("exclude"), config.Bool("include-orphans"));

    /// <summary>The domains as keys hold them: their order is free, duplicates stay.</summary>
    public static KeyValue Sorted(ImmutableArray<string> domains) => KeyValue.Of(domains.Order(CodePointOrder.Instance));
}
