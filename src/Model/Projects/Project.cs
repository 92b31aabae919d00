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
}
