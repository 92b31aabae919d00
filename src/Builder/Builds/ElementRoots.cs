using Bistro.Builder.Sandbox;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Builder.Builds;

/// <summary>Which dependencies stand beside an element in a root.</summary>
public enum RootScope
{
    /// <summary>The element alone.</summary>
    None,

    /// <summary>The element and what it needs to run.</summary>
    Run,

    /// <summary>What it is built on, without the element.</summary>
    Build,

    /// <summary>All of it.</summary>
    All,
}

/// <summary>Built elements as roots to look at, to copy out or to work in.</summary>
public sealed class ElementRoots(ElementBuilder builder, BubblewrapSandbox sandbox)
{
    /// <summary>The element's root as one tree; what it holds is in the store already.</summary>
    /// <exception cref="Errors.BuildException">Something is not built, or integration failed.</exception>
    public async Task<Digest> StageAsync(Element element, RootScope scope, bool integrate, CancellationToken cancellationToken)
    {
        using var build = builder.Prepare(element, TreeStore.Empty.Hash, Stream.Null);
        return await StageAsync(build, scope, integrate, cancellationToken);
    }

    /// <summary>Runs a command in the element's root, integrated, on the user's terminal.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="Errors.BuildException">Something is not built, or integration failed.</exception>
    public async Task<int> ShellAsync(Element element, ShellRequest shell, CancellationToken cancellationToken)
    {
        using var build = builder.Prepare(element, TreeStore.Empty.Hash, Stream.Null);
        var tree = await StageAsync(build, shell.Scope, integrate: true, cancellationToken);
        var request = build.Request() with
        {
            Trees = [new StagedTree("/", tree)],
            Commands = [new SandboxCommand([.. shell.Command], shell.Command[0])],
            Environment = [.. shell.Environment.Concat(element.Environment).DistinctBy(variable => variable.Key)],
        };
        return await sandbox.RunInteractivelyAsync(request, shell.SharesNetwork, cancellationToken);
    }

    /// <summary>The elements in a root, in staging order.</summary>
    public static IReadOnlyList<Element> ElementsOf(Element element, RootScope scope) => scope switch
    {
        RootScope.None => [element],
        RootScope.Run => Closure.Runtime(element),
        RootScope.Build => [.. Closure.Build(element)],
        _ => Closure.All(element),
    };

    private static async Task<Digest> StageAsync(ElementBuild build, RootScope scope, bool integrate, CancellationToken cancellationToken)
    {
        var elements = ElementsOf(build.Element, scope);
        var tree = await build.LayAsync(elements, StagingLayout.Root, cancellationToken);
        return integrate ? await build.IntegrateAsync(tree, elements, cancellationToken) : tree;
    }
}

/// <summary>A command for an element's root.</summary>
/// <param name="Command">The program and its arguments.</param>
public sealed record ShellRequest(IReadOnlyList<string> Command)
{
    public RootScope Scope { get; init; } = RootScope.Run;

    /// <summary>Goes over the element's own (<c>shell: environment</c> of project.conf).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Whether the host's network is there: <c>bst shell</c> has it unless it is isolated.</summary>
    public bool SharesNetwork { get; init; }
}
