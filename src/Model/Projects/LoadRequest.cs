using System.Collections.Immutable;
using Bistro.Model.Machines;
using Bistro.Model.Yaml;

namespace Bistro.Model.Projects;

/// <summary>What is to be loaded, and under which settings: everything that decides keys beside the files themselves.</summary>
public sealed record LoadRequest
{
    /// <summary>Absolute path of a folder: project.conf is there, or in the nearest folder above.</summary>
    public required string Directory { get; init; }

    /// <summary>A folder whose files lie over those of the project: what a project generates by other means. Absolute, or null.</summary>
    public string? Overlay { get; init; }

    /// <summary>Options of the command line, in their order; they hold for the top project alone.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>The <c>projects:</c> of the user's configuration, by the name in project.conf.</summary>
    public MappingNode UserProjects { get; init; } = MappingNode.Empty;

    /// <summary>The <c>source-defaults:</c> of the user's configuration, by kind.</summary>
    public MappingNode SourceDefaults { get; init; } = MappingNode.Empty;

    /// <summary>Junctions (by full name: <c>a.bst</c>, <c>a.bst:b.bst</c>) and the folders that stand for their sources.</summary>
    public ImmutableDictionary<string, string> Junctions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Null takes what the user's configuration says; the default there is true.</summary>
    public bool? IsStrict { get; init; }

    /// <summary>The mirror to ask first; null takes what the user's configuration says.</summary>
    public string? DefaultMirror { get; init; }

    /// <summary>What the variable <c>max-jobs</c> says; BuildStream takes the number of processors, at most 8.</summary>
    public int MaxJobs { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>The machine that options and sandboxes default to.</summary>
    public HostMachine Host { get; init; } = HostMachine.Current;

    /// <summary>What holds when the top project has that name.</summary>
    internal bool IsStrictFor(string project) => IsStrict ?? UserProjects.OptionalMapping(project)?.Bool("strict", true) ?? true;
}
