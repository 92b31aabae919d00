using System.Collections.Immutable;
using Bistro.Builder.Sandbox;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Builder.Builds;

/// <summary>
/// Runs the integration commands of the elements in a root, in staging order, each with its own element's environment. The
/// result is a tree that is kept by what it was made of: a base is integrated once, for all that are built on it.
/// </summary>
internal static class Integration
{
    public const string Phase = "integration-commands";

    /// <returns>The tree as the commands left it; the same tree when there are none.</returns>
    /// <exception cref="Errors.BuildException">A command failed.</exception>
    public static async Task<Digest> IntegrateAsync(
        this ElementBuild build, Digest tree, IReadOnlyList<Element> elements, CancellationToken cancellationToken)
    {
        ImmutableArray<SandboxCommand> commands =
        [
            .. from element in elements
               from command in build.Public(element).IntegrationCommands()
               select SandboxCommand.Shell(command) with { Environment = element.Environment, Phase = Phase },
        ];
        if (commands.IsEmpty)
            return tree;
        var request = build.Request() with
        {
            Trees = [new StagedTree("/", tree)],
            Commands = commands,
            Environment = commands[0].Environment!.Value,
            WorkingDirectory = "/",
            WritableDirectories = ["/"],
            Outputs = ["/"],
        };
        return await build.Integrated.FindOrMakeAsync(request, async () => (await build.RunAsync(request, cancellationToken))[0]);
    }
}
