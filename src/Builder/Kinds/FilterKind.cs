using Bistro.Builder.Builds;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds;

/// <summary><c>filter</c>: chosen domains of the one element that it builds on.</summary>
public sealed class FilterKind() : ElementKind("filter")
{
    public override ElementTraits Traits { get; } = new() { Version = 1, RunsCommands = false, StrictRebuild = true, ForbidsSources = true };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        var config = element.Config;
        config.ExpectKeys("include", "exclude", "include-orphans", "pass-integration");
        return new FilterConfiguration
        {
            Choice = DomainChoice.Read(config),
            PassIntegration = config.Bool("pass-integration", false),
            Parent = Parent(element),
            IncludePlace = config.Sequence("include").Provenance,
            ExcludePlace = config.Sequence("exclude").Provenance,
        };
    }

    private static Element Parent(ElementDraft element)
    {
        var parents = element.Dependencies.Where(dependency => dependency.IsBuild).ToArray();
        if (parents.Length != 1)
            throw Mistake(
                element,
                $"A 'filter' must have exactly one build dependency, not {parents.Length}" +
                (parents.Length == 0 ? "." : $": {string.Join(", ", parents.Select(parent => parent.Path))}."));
        if (parents[0].IsRuntime)
            throw Mistake(element, $"The build dependency of a 'filter', '{parents[0].Path}', must not be a runtime dependency as well.");
        if (!parents[0].Element.Kind.Traits.HasArtifact)
            throw Mistake(element, $"'{parents[0].Path}' makes no artifact, so there is nothing to filter.");
        return parents[0].Element;
    }

    private static LoadException Mistake(ElementDraft element, string message) =>
        new(LoadErrorReason.InvalidData, element.Provenance, message);
}

/// <summary>What a <c>filter</c> lets through.</summary>
public sealed record FilterConfiguration : IBuildable, IFileSelection
{
    public required DomainChoice Choice { get; init; }

    /// <summary>Whether the parent's integration commands come before the element's own.</summary>
    public required bool PassIntegration { get; init; }

    /// <summary>The element that is filtered.</summary>
    public required Element Parent { get; init; }

    /// <summary>Where <c>include</c> stands: a domain that the parent does not have is an error of the build.</summary>
    public required Provenance IncludePlace { get; init; }

    public required Provenance ExcludePlace { get; init; }

    public IEnumerable<Element> ChosenFrom(Element element) => [Parent];

    public KeyValue UniqueKey => KeyValue.Of(
        ("include", DomainChoice.Sorted(Choice.Include)),
        ("exclude", DomainChoice.Sorted(Choice.Exclude)),
        ("orphans", Choice.IncludeOrphans));

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var parent = build.Public(Parent);
        var rules = parent.SplitRules();
        CheckDomains(build, rules);
        var draft = build.Trees.BeginDraft();
        var tree = draft.Filter(build.Artifact(Parent), rules.Chooser(Choice));
        return new ElementOutput(await draft.CommitAsync(tree, cancellationToken))
        {
            Public = PassIntegration
                ? build.Element.Public.WithIntegrationCommands([.. parent.IntegrationCommands(), .. build.Element.Public.IntegrationCommands()])
                : null,
        };
    }

    private void CheckDomains(ElementBuild build, SplitRules rules)
    {
        foreach (var (domains, place) in new[] { (Choice.Include, IncludePlace), (Choice.Exclude, ExcludePlace) })
            if (domains.Except(rules.Domains, StringComparer.Ordinal).ToArray() is { Length: > 0 } unknown)
                throw new BuildException(
                    build.Element.FullName, "assemble",
                    $"{place}: {Parent.FullName} has no domain {string.Join(", ", unknown.Select(domain => $"'{domain}'"))}; it has {string.Join(", ", rules.Domains)}.");
    }
}
