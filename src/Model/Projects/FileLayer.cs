namespace Bistro.Model.Projects;

/// <summary>A folder or file that is part of a project. A later layer hides what earlier layers have at the same path.</summary>
/// <param name="Mount">Its path in the project: empty for the root, else <c>a/b</c>.</param>
/// <param name="Path">Absolute path of a folder, or of the single file at the mount.</param>
public sealed record FileLayer(string Mount, string Path)
{
    /// <summary>The absolute path of a project path in this layer, whether it exists or not; null where the layer cannot have it.</summary>
    internal string? Find(string path)
    {
        if (Mount.Length == 0)
            return path.Length == 0 ? Path : System.IO.Path.Join(Path, path);
        if (!path.StartsWith(Mount, StringComparison.Ordinal))
            return null;
        if (path.Length == Mount.Length)
            return Path;
        return path[Mount.Length] == '/' ? System.IO.Path.Join(Path, path.AsSpan(Mount.Length + 1)) : null;
    }

    /// <summary>The name of the folder's entry that is this layer or contains it; null if there is none.</summary>
    internal string? NameBelow(string folder)
    {
        if (Mount.Length <= folder.Length || !Mount.StartsWith(folder, StringComparison.Ordinal))
            return null;
        var rest = folder.Length == 0 ? Mount : Mount[folder.Length] == '/' ? Mount[(folder.Length + 1)..] : null;
        return rest?.Split('/', 2)[0];
    }
}
