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
public sealed record ComposeConfiguration(bool Integrate, DomainChoice Choice) : IElementConfiguration
{
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
}
