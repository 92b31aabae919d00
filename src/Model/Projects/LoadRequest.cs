using System.Collections.Immutable;
using Bistro.Model.Machines;
using Bistro.Model.Yaml;

namespace Bistro.Model.Projects;

/// <summary>What to load and with which settings: everything that determines keys, besides the files.</summary>
public sealed record LoadRequest
{
    /// <summary>Absolute path of a folder: project.conf is there, or in the nearest folder above.</summary>
    public required string Directory { get; init; }

    /// <summary>A folder whose files replace those of the project, for example generated ones. Absolute, or null.</summary>
    public string? Overlay { get; init; }

    /// <summary>Options of the command line, in order. They apply to the top project only.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>The <c>projects:</c> of the user's configuration, by the name in project.conf.</summary>
    public MappingNode UserProjects { get; init; } = MappingNode.Empty;

    /// <summary>The <c>source-defaults:</c> of the user's configuration, by kind.</summary>
    public MappingNode SourceDefaults { get; init; } = MappingNode.Empty;

    /// <summary>Junctions (by full name: <c>a.bst</c>, <c>a.bst:b.bst</c>) and folders to use instead of their sources.</summary>
    public ImmutableDictionary<string, string> Junctions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Null uses the user's configuration, where the default is true.</summary>
    public bool? IsStrict { get; init; }

    /// <summary>The mirror to try first; null uses the user's configuration.</summary>
    public string? DefaultMirror { get; init; }

    /// <summary>The value of the variable <c>max-jobs</c>. BuildStream uses the number of processors, at most 8.</summary>
    public int MaxJobs { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>The machine that options and sandboxes default to.</summary>
    public HostMachine Host { get; init; } = HostMachine.Current;

    /// <summary>Whether builds are strict if the top project has that name.</summary>
    internal bool IsStrictFor(string project) => IsStrict ?? UserProjects.OptionalMapping(project)?.Bool("strict", true) ?? true;
}
