using System.Collections.Immutable;
using Bistro.Model.Yaml;

namespace Bistro.Model.Projects;

/// <summary>A loaded <c>project.conf</c> with everything that it includes, under the options it was asked with.</summary>
public sealed class Project
{
    /// <summary>As in project.conf: it is in keys and in artifact names.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute path of the folder that holds project.conf.</summary>
    public required string Directory { get; init; }

    /// <summary>The junction path from the top project: empty there, else <c>a.bst</c> or <c>a.bst:b.bst</c>.</summary>
    public required string JunctionPath { get; init; }

    /// <summary>The project's files as sources see them: checked paths and hashed trees.</summary>
    public required ProjectFiles Files { get; init; }

    /// <summary>The project path of the folder with elements; empty for the project itself.</summary>
    public string ElementPath { get; init; } = "";

    /// <summary>Warnings that are errors: <c>overlaps</c>, <c>git_tag:unused-lfs</c>, …</summary>
    public ImmutableArray<string> FatalWarnings { get; init; } = [];

    /// <summary>
    /// Whether artifacts must have been built with exactly the dependencies that they have now. One word for the whole load: that
    /// of the top project.
    /// </summary>
    public bool IsStrict { get; init; } = true;

    /// <summary>Every option with its value as text.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>The entries of <c>artifacts</c>: caches to pull artifacts from.</summary>
    public ImmutableArray<MappingNode> ArtifactCaches { get; init; } = [];

    /// <summary>The entries of <c>source-caches</c>.</summary>
    public ImmutableArray<MappingNode> SourceCaches { get; init; } = [];

    /// <summary>The command that a shell in a sandbox starts with.</summary>
    public ImmutableArray<string> ShellCommand { get; init; } = [];

    /// <summary>Further environment of such a shell, references to the user's environment (<c>$HOME</c>) not replaced.</summary>
    public ImmutableArray<KeyValuePair<string, string>> ShellEnvironment { get; init; } = [];

    /// <summary>Whether refs are kept in <c>project.refs</c> (<c>junction.refs</c> for junctions) instead of the elements.</summary>
    public bool UsesRefFiles { get; init; }

    public override string ToString() => JunctionPath.Length == 0 ? Name : $"{Name} ({JunctionPath})";
}
