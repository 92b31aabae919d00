using System.Collections.Immutable;
using Bistro.Model.Content;

namespace Bistro.Builder.Artifacts;

/// <summary>What a build left: BuildStream's <c>Artifact</c> message, which any BuildStream cache understands.</summary>
public sealed record Artifact
{
    /// <summary>False for the record of a failed build: it has logs, and perhaps files.</summary>
    public required bool IsSuccess { get; init; }

    /// <summary>One line about the failure; empty when there was none.</summary>
    public string Error { get; init; } = "";

    public string ErrorDetails { get; init; } = "";

    /// <summary>The key it was built under: 64 hex digits.</summary>
    public required string StrongKey { get; init; }

    /// <summary>The key over the whole build closure, which is the strong key unless the build was not strict.</summary>
    public required string StrictKey { get; init; }

    public required string WeakKey { get; init; }

    public bool WasWorkspaced { get; init; }

    /// <summary>The tree of the element's files; null when a failed build left none.</summary>
    public SizedDigest? Files { get; init; }

    /// <summary>The build closure in staging order.</summary>
    public ImmutableArray<ArtifactDependency> BuildDependencies { get; init; } = [];

    /// <summary>The element's public data as YAML.</summary>
    public required SizedDigest PublicData { get; init; }

    public ImmutableArray<ArtifactLog> Logs { get; init; } = [];

    /// <summary>The tree that it was built in, if kept.</summary>
    public SizedDigest? BuildTree { get; init; }

    /// <summary>The tree of its sources, if kept.</summary>
    public SizedDigest? Sources { get; init; }

    /// <summary>Environment and sandbox configuration as YAML: mostly equal in all artifacts of a project.</summary>
    public required SizedDigest SharedMetadata { get; init; }

    /// <summary>The element's variables as YAML.</summary>
    public required SizedDigest OwnMetadata { get; init; }

    /// <summary>The tree of the whole sandbox, if kept.</summary>
    public SizedDigest? BuildRoot { get; init; }

    /// <summary>How the sandbox was set up, if <see cref="BuildRoot"/> is kept.</summary>
    public ArtifactSandbox? Sandbox { get; init; }

    /// <summary>The trees it refers to.</summary>
    internal IEnumerable<SizedDigest> Trees => new[] { Files, BuildTree, Sources, BuildRoot }.OfType<SizedDigest>().Concat(Sandbox?.Subsandboxes ?? []);

    /// <summary>The plain objects it refers to.</summary>
    internal IEnumerable<SizedDigest> Objects => [PublicData, SharedMetadata, OwnMetadata, .. Logs.Select(log => log.Content)];
}

/// <summary>An artifact that another one was built with.</summary>
public sealed record ArtifactDependency(string Project, string Element, string Key, bool WasWorkspaced = false);

/// <summary>A log of the build; its name is a file name.</summary>
public sealed record ArtifactLog(string Name, SizedDigest Content);

/// <summary>How a sandbox was set up.</summary>
public sealed record ArtifactSandbox(
    ImmutableArray<KeyValuePair<string, string>> Environment,
    string WorkingDirectory,
    ImmutableArray<SizedDigest> Subsandboxes,
    ImmutableArray<string> MarkedDirectories);
