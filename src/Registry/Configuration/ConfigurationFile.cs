namespace Bistro.Registry.Configuration;

/// <summary>Finds the configuration file: <c>-c</c>, <c>BISTRO_CONFIG</c>, <c>./bistro.yaml</c>, <c>samples/bistro.yaml</c>, in that order.</summary>
public static class ConfigurationFile
{
    private static readonly string[] Defaults = ["bistro.yaml", "samples/bistro.yaml"];

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
        return Defaults.Select(name => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
    }
}
