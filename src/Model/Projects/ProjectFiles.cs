using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Model.Projects;

/// <summary>What a project path must lead to.</summary>
public enum ProjectPathKind
{
    Any,
    File,
    Directory,
}

/// <summary>The files of a project as its elements see them: the folder that holds project.conf, and the overlay over it.</summary>
public abstract class ProjectFiles
{
    /// <summary>
    /// Checks a path that an element names: it exists inside the project, it is relative, it is no symbolic link. Returns it as
    /// written.
    /// </summary>
    /// <exception cref="Errors.LoadException">It is not so; the message starts with the place of the node.</exception>
    public abstract string Check(ScalarNode path, ProjectPathKind kind = ProjectPathKind.Any);

    /// <summary>The absolute path of a checked one: in the overlay where that has it.</summary>
    public abstract string Resolve(string path);

    /// <summary>The tree that a checked path holds, hashed; a single file is a tree with that one file.</summary>
    public abstract LocalTree ReadTree(string path);
}
