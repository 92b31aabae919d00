using System.Text;

namespace Bistro.Builder.Trees;

/// <summary>Paths inside a tree: absolute, <c>/</c> for its root.</summary>
public static class TreePath
{
    /// <summary>The most bytes of a path, without its leading slash. Each path that enters the store from outside is checked.</summary>
    public const int MaximumBytes = 4096;

    /// <summary>The most bytes of a name, as every file system of Linux has it.</summary>
    public const int MaximumNameBytes = 255;

    /// <summary>The segments of a path. Leading, trailing and doubled slashes make no difference.</summary>
    /// <exception cref="ArgumentException">A segment leads upwards.</exception>
    public static string[] Split(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToArray();
        return segments.All(NodeNames.IsValid)
            ? segments
            : throw new ArgumentException($"'{path}' is not a path inside a tree.", nameof(path));
    }

    /// <summary>The path of an entry of the directory at <paramref name="directory"/>.</summary>
    /// <exception cref="TreeException">The path is too long.</exception>
    public static string Join(string directory, string name)
    {
        var path = directory == "/" ? $"/{name}" : $"{directory}/{name}";
        return IsTooLong(path) ? throw new TreeException(FindFault(path)!) : path;
    }

    /// <summary>A sentence that says that a path, or a name of it, is too long; null when it is not.</summary>
    public static string? FindFault(string path)
    {
        if (IsTooLong(path))
            return $"The path '{Shorten(path)}' is longer than {MaximumBytes} bytes.";
        foreach (var range in path.AsSpan().Split('/'))
        {
            var name = path.AsSpan(range);
            if (name.Length * 3 > MaximumNameBytes && Encoding.UTF8.GetByteCount(name) > MaximumNameBytes)
                return $"The name '{Shorten(name)}' is longer than {MaximumNameBytes} bytes.";
        }
        return null;
    }

    // At most three bytes for a UTF-16 unit: short paths need no counting.
    private static bool IsTooLong(string path) =>
        path.Length * 3 > MaximumBytes && Encoding.UTF8.GetByteCount(path.AsSpan().TrimStart('/')) > MaximumBytes;

    private static string Shorten(ReadOnlySpan<char> text) => text.Length > 100 ? $"{text[..100]}…" : text.ToString();
}
