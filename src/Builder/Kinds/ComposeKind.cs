using Bistro.Builder.Builds;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds;

/// <summary><c>compose</c>: its build dependencies as one tree, integrated, of which chosen domains are kept.</summary>
public sealed class ComposeKind() : ElementKind("compose")
{
    public override ElementTraits Traits { get; } = new()
    {
        StrictRebuild = true,
        ForbidsRuntimeDependencies = true,
        ForbidsSources = true,
    };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys("integrate", "include", "exclude", "include-orphans");
        return new ComposeConfiguration(element.Config.Bool("integrate"), DomainChoice.Read(element.Config));
    }
}

/// <summary>What a <c>compose</c> keeps.</summary>
/// <param name="Integrate">Whether integration commands are run on the whole before the choice.</param>
/// <param name="Choice">Which files are kept.</param>
public sealed record ComposeConfiguration(bool Integrate, DomainChoice Choice) : IBuildable, IFileSelection
{
    public IEnumerable<Element> ChosenFrom(Element element) => Closure.Build(element);

    /// <summary>Without integration there is nothing to run, and neither environment nor sandbox matter.</summary>
    public bool RunsCommands => Integrate;

    public KeyValue UniqueKey
    {
        get
        {
            var key = new KeyMembers()
                .Add("integrate", Integrate)
                .Add("include", DomainChoice.Sorted(Choice.Include))
                .Add("orphans", Choice.IncludeOrphans);
            if (!Choice.Exclude.IsEmpty)
                key.Add("exclude", DomainChoice.Sorted(Choice.Exclude));
            return key.ToKey();
        }
    }

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var elements = Closure.Build(build.Element).ToList();
        var staged = await build.LayAsync(elements, StagingLayout.Root, cancellationToken);
        var whole = Integrate ? await build.IntegrateAsync(staged, elements, cancellationToken) : staged;
        if (Choice.IsEverything)
            return new ElementOutput(whole);

        var chosen = elements.SelectMany(element => Chosen(build, element)).ToHashSet(StringComparer.Ordinal);
        // What integration made is of no domain and always kept.
        if (whole != staged)
            chosen.UnionWith(PathsOf(build, whole).Except(PathsOf(build, staged), StringComparer.Ordinal));
        var draft = build.Trees.BeginDraft();
        return new ElementOutput(await draft.CommitAsync(draft.Filter(whole, chosen.Contains), cancellationToken));
    }

    private IEnumerable<string> Chosen(ElementBuild build, Element element) =>
        PathsOf(build, build.Artifact(element)).Where(build.Public(element).SplitRules().Chooser(Choice));

    private static IEnumerable<string> PathsOf(ElementBuild build, Digest tree) => build.Trees.Walk(tree).Select(entry => entry.Path);
}
