using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Apt;

/// <summary>
/// Finds the Debian archive that this machine's own apt uses. Its files are read rather than asked for by
/// <c>apt-get indextargets</c>, which knows nothing before the machine's own lists were downloaded.
/// </summary>
internal static class MachineArchive
{
    private const string Directory = "/etc/apt";

    /// <summary>The address of an archive that should have the suite.</summary>
    /// <exception cref="SourceException">The machine names none.</exception>
    public static string Find(string suite) => Find(suite, ReadEntries(), ReadCodename())
        ?? throw new SourceException(
            $"This machine's apt has no Debian archive with the suite '{suite}'. Name one in bistro.yaml: source-defaults: {{apt: {{url: …}}}}");

    /// <param name="suite">What is looked for.</param>
    /// <param name="entries">The machine's sources, in order.</param>
    /// <param name="codename">The machine's own release: its archive has the others too. Null if it is no Debian.</param>
    internal static string? Find(string suite, IEnumerable<AptEntry> entries, string? codename)
    {
        var archives = entries.Where(entry => entry.Components.Contains("main")).ToList();
        return (archives.Find(entry => entry.IsDebian && entry.Suites.Contains(suite))
            ?? archives.Find(entry => entry.IsDebian && codename is not null && entry.Suites.Contains(codename))
            ?? archives.Find(entry => entry.Suites.Contains(suite)))?.Url;
    }

    private static IEnumerable<AptEntry> ReadEntries()
    {
        var list = Path.Combine(Directory, "sources.list");
        IEnumerable<string> files = File.Exists(list) ? [list] : [];
        var parts = Path.Combine(Directory, "sources.list.d");
        if (System.IO.Directory.Exists(parts))
            files = files.Concat(System.IO.Directory.EnumerateFiles(parts).Order(StringComparer.Ordinal));
        return files.SelectMany(file => Path.GetExtension(file) switch
        {
            ".list" => AptEntry.ParseLines(File.ReadAllText(file)),
            ".sources" => AptEntry.ParseStanzas(File.ReadAllText(file)),
            _ => [],
        });
    }

    // os-release(5)
    private static string? ReadCodename()
    {
        const string Key = "VERSION_CODENAME=";
        var file = "/etc/os-release";
        return File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal))?[Key.Length..].Trim('"')
            : null;
    }
}
