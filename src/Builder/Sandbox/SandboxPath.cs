namespace Bistro.Builder.Sandbox;

/// <summary>Absolute paths of a sandbox: they are text, and never looked up on the host.</summary>
internal static class SandboxPath
{
    /// <summary>Begins with <c>/</c>, without empty, <c>.</c> and <c>..</c> components, and without a slash at the end.</summary>
    public static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count > 0)
                    parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }
        return "/" + string.Join('/', parts);
    }

    /// <summary>Whether a normalized path is a directory itself or lies below it.</summary>
    public static bool Contains(string directory, string path) =>
        directory == "/" || path == directory || (path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/');

    /// <summary>A path as it is called from a directory that contains it; empty for the directory itself.</summary>
    public static string Relative(string directory, string path) => path[directory.Length..].TrimStart('/');

    public static string Join(string directory, string relative) =>
        relative.Length == 0 ? directory : $"{directory.TrimEnd('/')}/{relative}";

    /// <summary>The name below <c>/</c> that a path begins with; empty for <c>/</c>.</summary>
    public static string FirstName(string path) => path.Split('/', 3)[1];
}
