namespace Bistro.Model.Projects;

/// <summary>Finds where a path really leads, all symbolic links on the way followed.</summary>
internal static class RealPath
{
    // As many as Linux follows.
    private const int MaximumLinks = 40;

    /// <param name="path">Absolute; it exists.</param>
    public static string Of(string path)
    {
        var links = 0;
        return Of(Path.GetFullPath(path), ref links);
    }

    private static string Of(string path, ref int links)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        var real = Path.Join(Of(parent, ref links), Path.GetFileName(path));
        return new FileInfo(real).LinkTarget is { } target && ++links <= MaximumLinks
            ? Of(Path.GetFullPath(target, Path.GetDirectoryName(real)!), ref links)
            : real;
    }
}
