using System.Collections.Immutable;
using Bistro.Builder.Builds;
using Bistro.Builder.Sandbox;
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
    : IBuildable
{
    public KeyValue UniqueKey => KeyValue.Of(("branch", Branch), ("initial-commands", KeyValue.Of(InitialCommands)));

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var (buildRoot, installRoot) = (build.Variable("build-root"), build.Variable("install-root"));
        ImmutableArray<SandboxCommand> commands =
        [
            .. InitialCommands.Select(SandboxCommand.Shell),
            Ostree("init", "--repo", $"{buildRoot}/barerepo"),
            Ostree(
                "commit", "--repo", $"{buildRoot}/barerepo", "--consume", $"{buildRoot}/sysroot", "--branch", Branch,
                "--timestamp", "2011-11-11 11:11:11+00:00"),
            Ostree("init", "--repo", installRoot, "--mode", "archive"),
            Ostree("pull-local", "--repo", installRoot, $"{buildRoot}/barerepo"),
        ];
        var outputs = await build.RunAsync(
            build.Request() with
            {
                Trees = await build.StageAsync(LayoutOf(build), cancellationToken),
                Commands = commands,
                WritableDirectories = ["/", buildRoot, installRoot],
                Outputs = [installRoot],
            },
            cancellationToken);
        return new ElementOutput(outputs[0]);
    }

    private static SandboxCommand Ostree(params ReadOnlySpan<string> arguments) => new(["ostree", .. arguments], $"ostree {arguments[0]}");

    private StagingLayout LayoutOf(ElementBuild build) => StagingLayout.Of(
        from dependency in build.Element.Dependencies
        where dependency.IsBuild
        let location = Roots.Any(root => root.Element == dependency.Element) ? build.Variable("sysroot") : StagingLayout.Root
        select (location, new StagingEntry(dependency.Element, dependency.Path)));
}
