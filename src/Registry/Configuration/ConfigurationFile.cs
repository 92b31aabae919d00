namespace Bistro.Registry.Configuration;

/// <summary>Finds the configuration file: <c>-c</c>, <c>BISTRO_CONFIG</c>, <c>./bistro.yaml</c>, <c>samples/bistro.yaml</c>, the nearest <c>bistro.yaml</c> in a folder above, in that order.</summary>
public static class ConfigurationFile
{
    private const string FileName = "bistro.yaml";
    private static readonly string[] Defaults = [FileName, "samples/bistro.yaml"];

    /// <param name="given">The value of <c>-c</c>, or null.</param>
    /// <param name="directory">The directory for the default files and relative paths.</param>
    /// <param name="environment">The value of an environment variable, or null.</param>
    /// <returns>
    /// The absolute path, which may not exist if it was given explicitly; null for no configuration, which
    /// <c>/dev/null</c> also means.
    /// </returns>
    public static string? Find(string? given, string directory, Func<string, string?> environment)
    {
        if ((given ?? environment("BISTRO_CONFIG")) is { Length: > 0 } named)
            return named == "/dev/null" ? null : Path.GetFullPath(named, directory);
        return Defaults.Select(name => Path.Combine(directory, name)).FirstOrDefault(File.Exists) ?? Above(directory);
    }

    /// <summary>
    /// The nearest file above, so that commands work in the folder of each project that the file serves. A folder that others may
    /// write to ends the search: their file must not decide where sources come from.
    /// </summary>
    private static string? Above(string directory)
    {
        for (var folder = new DirectoryInfo(directory).Parent; folder is not null && !IsShared(folder); folder = folder.Parent)
            if (Path.Combine(folder.FullName, FileName) is var file && File.Exists(file))
                return file;
        return null;
    }

    private static bool IsShared(DirectoryInfo folder) => folder.UnixFileMode.HasFlag(UnixFileMode.OtherWrite);
}
