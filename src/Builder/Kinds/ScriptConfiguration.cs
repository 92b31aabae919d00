using System.Collections.Immutable;
using Bistro.Builder.Builds;
using Bistro.Model.Elements;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds;

/// <summary>Commands over staged dependencies: what <c>script</c> and the kinds made of commands share (BuildStream's <c>ScriptElement</c>).</summary>
public sealed record ScriptConfiguration : IBuildable
{
    /// <summary>The output is made of the dependencies, so they are strict; sources and runtime dependencies would be lost.</summary>
    public static ElementTraits Traits { get; } = new()
    {
        StrictRebuild = true,
        ForbidsRuntimeDependencies = true,
        ForbidsSources = true,
        ReadsDependencyConfig = true,
    };

    /// <summary>In the order in which they are run.</summary>
    public required ImmutableArray<CommandGroup> Groups { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>What is collected: the artifact.</summary>
    public required string InstallRoot { get; init; }

    public required bool RootReadOnly { get; init; }

    /// <summary>Where the dependencies are staged. The root at <c>/</c> is integrated.</summary>
    public required StagingLayout Layout { get; init; }

    public KeyValue UniqueKey => KeyValue.Of(
        ("commands", KeyMembers.Of(Groups, group => group.Name, group => KeyValue.Of(group.Commands))),
        ("cwd", WorkingDirectory),
        ("install-root", InstallRoot),
        ("layout", Layout.Key),
        ("root-read-only", RootReadOnly));

    /// <summary>A variable that names a directory; <c>/</c> where it is empty or unknown.</summary>
    public static string DirectoryVariable(ElementDraft element, string name) =>
        element.Variable(name) is { Length: > 0 } value ? value : "/";

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var outputs = await build.RunAsync(
            build.Request() with
            {
                Trees = await build.StageAsync(Layout, cancellationToken),
                Commands = [.. Groups.SelectMany(group => group.ToCommands())],
                WorkingDirectory = WorkingDirectory,
                WritableDirectories = RootReadOnly ? [InstallRoot] : ["/", InstallRoot],
                Outputs = [InstallRoot],
            },
            cancellationToken);
        return new ElementOutput(outputs[0]);
    }
}
