using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Sandbox;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Builds;

/// <summary>One build of one element: what its kind works with.</summary>
public sealed class ElementBuild : IDisposable
{
    public required Element Element { get; init; }

    /// <summary>The store's trees; what the build makes goes there.</summary>
    public required TreeStore Trees { get; init; }

    public IContentStore Content => Trees.Content;

    public required ISandbox Sandbox { get; init; }

    /// <summary>Roots that were integrated before.</summary>
    public required IntegratedTrees Integrated { get; init; }

    /// <summary>Protects the build's inputs from garbage collection; null if there is none.</summary>
    public IDisposable? Lease { get; init; }

    /// <summary>The element's sources, staged over one another as one tree.</summary>
    public required Digest Sources { get; init; }

    /// <summary>The artifacts that the build works with.</summary>
    public required StagedArtifacts Staged { get; init; }

    /// <summary>The artifact's files of any element of the build closure.</summary>
    public Digest Artifact(Element element) => Staged.FilesOf(element);

    /// <summary>The artifact's strong key of any element of the build closure.</summary>
    public string ArtifactKey(Element element) => Staged.KeyOf(element);

    /// <summary>The strong key of what the build makes. It tells what is staged, which need not be what the dependencies are now.</summary>
    public string Key => Element.Keys.Strong(ArtifactKey);

    /// <summary>The public data of any element of the build closure: as declared, or as its build stored it.</summary>
    public MappingNode Public(Element element) => Staged.PublicOf(element);

    /// <summary>The build log; what commands print goes there.</summary>
    public required Stream Log { get; init; }

    /// <summary>A variable that every element has, such as <c>install-root</c>.</summary>
    public string Variable(string name) =>
        Element.Variables.Find(name)
            ?? throw new BuildException(Element.FullName, "assemble", $"{Element.FullName} has no variable '{name}'.");

    /// <summary>Writes a line to the log.</summary>
    public void Say(string line) => Log.Write(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>A request that stages, runs and captures nothing yet, in the sandbox that the element asks for.</summary>
    public SandboxRequest Request() => new()
    {
        Trees = [],
        Commands = [],
        Environment = Element.Environment,
        WorkingDirectory = "/",
        WritableDirectories = [],
        Outputs = [],
        UserId = Number(Element.Sandbox.BuildUid),
        GroupId = Number(Element.Sandbox.BuildGid),
        Architecture = Element.Sandbox.BuildArchitecture,
        Log = Log,
    };

    /// <summary>Runs commands that must succeed and returns what was captured.</summary>
    /// <exception cref="BuildException">A command failed.</exception>
    public async Task<ImmutableArray<Digest>> RunAsync(SandboxRequest request, CancellationToken cancellationToken)
    {
        var result = await Sandbox.RunAsync(request, cancellationToken);
        if (result.FailedCommand is not { } index)
            return result.Outputs;
        var command = request.Commands[index];
        throw new BuildException(Element.FullName, command.Phase, $"{Element.FullName}: {command.Phase} failed with exit code {result.ExitCode}.")
        {
            Command = command.Label.Trim(),
            ExitCode = result.ExitCode,
        };
    }

    public void Dispose() => Lease?.Dispose();

    private static int Number(string? id) => id is null ? 0 : int.Parse(id, CultureInfo.InvariantCulture);
}
