using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds;

/// <summary><c>ostree</c>: a dependency's tree, prepared by commands, as a commit in an OSTree repository.</summary>
public sealed class OstreeKind() : ElementKind("ostree", KindPackage.Community)
{
    public override ElementTraits Traits { get; } = new()
    {
        StrictRebuild = true,
        ForbidsRuntimeDependencies = true,
        ForbidsSources = true,
        ReadsDependencyConfig = true,
    };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys("ostree-branch", "initial-commands");
        return new OstreeConfiguration(
            element.Config.Text("ostree-branch"), element.Config.Texts("initial-commands"), [.. Roots(element)]);
    }

    private static IEnumerable<Dependency> Roots(ElementDraft element)
    {
        foreach (var (dependency, config) in element.BuildDependencies())
        {
            config?.ExpectKeys("sysroot");
            if (config?.Bool("sysroot", false) ?? false)
                yield return dependency;
        }
    }
}

/// <summary>The commit to make.</summary>
/// <param name="Branch">Its branch.</param>
/// <param name="InitialCommands">Run before, with a writable root.</param>
/// <param name="Roots">The dependencies staged at the variable <c>sysroot</c>: what is committed.</param>
public sealed record OstreeConfiguration(string Branch, ImmutableArray<string> InitialCommands, ImmutableArray<Dependency> Roots)
    : IElementConfiguration
{
    public KeyValue UniqueKey => KeyValue.Of(("branch", Branch), ("initial-commands", KeyValue.Of(InitialCommands)));
}
