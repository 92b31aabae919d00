namespace Bistro.Builder.Processes;

/// <summary>A program of the host that Bistro starts.</summary>
/// <param name="Name">The program's file name, looked up in <c>PATH</c>.</param>
/// <param name="Package">The Debian package that brings it: what to install when it is missing.</param>
/// <param name="Title">What people call it, where that differs from the program's name.</param>
public sealed record Tool(string Name, string Package, string? Title = null)
{
    /// <summary>The program's absolute path, or null when it is not installed.</summary>
    public string? Find()
    {
        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(directory, Name);
            if (File.Exists(path) && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0)
                return Path.GetFullPath(path);
        }
        return null;
    }

    /// <exception cref="MissingToolException">It is not installed.</exception>
    public string Require() => Find() ?? throw new MissingToolException(this);

    public override string ToString() => Title is null ? Name : $"{Title} ({Name})";
}
