using System.Collections.Immutable;
using Bistro.Builder.Builds;
using Bistro.Builder.Sandbox;
using Bistro.Model.Elements;
using Bistro.Model.Keys;
using Bistro.Model.Python;

namespace Bistro.Builder.Kinds;

/// <summary>Commands that are run one after the other under one name: <c>configure-commands</c>, …</summary>
public sealed record CommandGroup(string Name, ImmutableArray<string> Commands)
{
    public IEnumerable<SandboxCommand> ToCommands() => Commands.Select(command => SandboxCommand.Shell(command) with { Phase = Name });
}

/// <summary>The commands of an element that builds software, and where its dependencies stand while they run.</summary>
public sealed record BuildElementConfiguration : IBuildable
{
    /// <summary>In the order in which they are run.</summary>
    public required ImmutableArray<CommandGroup> Steps { get; init; }

    /// <summary>Where below the build root commands are run; empty for the build root itself.</summary>
    public required string CommandSubdirectory { get; init; }

    /// <summary>Whether the element asked for one job at a time (the variable <c>notparallel</c>).</summary>
    public required bool IsSequential { get; init; }

    public required StagingLayout Layout { get; init; }

    /// <summary>Environment variables that hold the digest of staged dependencies, sorted by name.</summary>
    public required ImmutableArray<DigestVariable> DigestEnvironment { get; init; }

    public KeyValue UniqueKey
    {
        get
        {
            var key = new KeyMembers();
            foreach (var step in Steps)
                key.Add(step.Name, KeyValue.Of(step.Commands));
            if (CommandSubdirectory.Length > 0)
                key.Add("command-subdir", CommandSubdirectory);
            if (IsSequential)
                key.Add("notparallel", true);
            if (!Layout.IsPlain)
                key.Add("layout", Layout.Key);
            // The misspelling is BuildStream's and part of its keys.
            if (!DigestEnvironment.IsEmpty)
                key.Add("digest-enviornment", KeyMembers.Of(DigestEnvironment, variable => variable.Name, variable => variable.Key));
            return key.ToKey();
        }
    }

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var buildRoot = build.Variable("build-root");
        var installRoot = build.Variable("install-root");
        var staged = await build.StageAsync(Layout, cancellationToken);
        var outputs = await build.RunAsync(
            build.Request() with
            {
                Trees = [.. staged, new StagedTree(buildRoot, build.Sources)],
                Commands = [.. Steps.SelectMany(step => step.ToCommands())],
                Environment = await EnvironmentAsync(build, cancellationToken),
                WorkingDirectory = CommandSubdirectory.Length == 0 ? buildRoot : $"{buildRoot}/{CommandSubdirectory}",
                WritableDirectories = [buildRoot, installRoot],
                Outputs = [installRoot],
            },
            cancellationToken);
        return new ElementOutput(outputs[0]);
    }

    private async Task<ImmutableArray<KeyValuePair<string, string>>> EnvironmentAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var environment = build.Element.Environment;
        foreach (var variable in DigestEnvironment)
        {
            var elements = Closure.Runtime(variable.Dependencies.Select(dependency => dependency.Element));
            var tree = build.Trees.Measure(await build.LayAsync(elements, StagingLayout.Root, cancellationToken));
            environment = environment.RemoveAll(other => other.Key == variable.Name).Add(KeyValuePair.Create(variable.Name, tree.ToString()));
        }
        return environment;
    }
}

/// <summary>An environment variable that is set to the digest of some dependencies, staged together (<c>config: {digest-environment}</c>).</summary>
public sealed record DigestVariable(string Name, ImmutableArray<Dependency> Dependencies)
{
    public KeyValue Key => KeyValue.Of(Dependencies.Select(dependency => dependency.Path));

    public static ImmutableArray<DigestVariable> Read(ElementDraft element) =>
    [
        .. element.BuildDependencies()
            .Select(entry => (entry.Dependency, Name: entry.Config?.OptionalText("digest-environment")))
            .Where(entry => entry.Name is not null)
            .GroupBy(entry => entry.Name!, entry => entry.Dependency, StringComparer.Ordinal)
            .OrderBy(group => group.Key, CodePointOrder.Instance)
            .Select(group => new DigestVariable(group.Key, [.. group])),
    ];
}
