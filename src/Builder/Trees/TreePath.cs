namespace Bistro.Builder.Trees;

/// <summary>Paths inside a tree: absolute, <c>/</c> for its root.</summary>
public static class TreePath
{
    /// <summary>The segments of a path; a leading slash, a trailing one and doubled ones make no difference.</summary>
    /// <exception cref="ArgumentException">A segment leads upwards.</exception>
    public static string[] Split(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToArray();
        return segments.All(NodeNames.IsValid)
            ? segments
            : throw new ArgumentException($"'{path}' is no path inside a tree.", nameof(path));
    }

    /// <summary>The path of an entry of the directory at <paramref name="directory"/>.</summary>
    public static string Join(string directory, string name) => directory == "/" ? $"/{name}" : $"{directory}/{name}";
}
