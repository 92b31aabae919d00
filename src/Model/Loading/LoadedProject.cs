using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Projects;

namespace Bistro.Model.Loading;

/// <summary>What a load brought: elements and all that they depend on. Immutable, shared by every reader.</summary>
public sealed class LoadedProject
{
    /// <summary>The top project.</summary>
    public required Project Project { get; init; }

    /// <summary>What the targets lead to, links followed, in the order in which they were given.</summary>
    public required ImmutableArray<Element> Targets { get; init; }

    /// <summary>What is to be left out of a selection of the targets' dependencies.</summary>
    public required ImmutableArray<Element> Excepted { get; init; }

    /// <summary>What is no mistake, but perhaps not meant.</summary>
    public required ImmutableArray<LoadError> Warnings { get; init; }

    /// <summary>
    /// Absolute paths of all files and folders that it was read from, so that a change of them is noticed: also files that were
    /// looked for and are not there, and the folders of local sources.
    /// </summary>
    public required IReadOnlySet<string> Files { get; init; }

    /// <summary>Every project that was opened, the top one first.</summary>
    public required ImmutableArray<Project> Projects { get; init; }
}
