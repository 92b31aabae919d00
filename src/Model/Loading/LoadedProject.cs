using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;

namespace Bistro.Model.Loading;

/// <summary>The result of a load: elements and all their dependencies. Immutable.</summary>
public sealed class LoadedProject
{
    /// <summary>The top project.</summary>
    public required Project Project { get; init; }

    /// <summary>The targets with links followed, in the given order.</summary>
    public required ImmutableArray<Element> Targets { get; init; }

    /// <summary>What a selection of the targets' dependencies leaves out.</summary>
    public required ImmutableArray<Element> Excepted { get; init; }

    /// <summary>Warnings: allowed, but perhaps not intended.</summary>
    public required ImmutableArray<LoadError> Warnings { get; init; }

    /// <summary>
    /// Absolute paths of all files and folders that it was read from, to watch for changes. They include files that do not exist but
    /// were looked for, and the folders of local sources.
    /// </summary>
    public required IReadOnlySet<string> Files { get; init; }

    /// <summary>Every project that was opened, the top one first.</summary>
    public required ImmutableArray<Project> Projects { get; init; }
}
