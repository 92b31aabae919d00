using System.Collections.Concurrent;
using Bistro.Model.Errors;

namespace Bistro.Model.Yaml;

/// <summary>Reads YAML files and keeps what it read for as long as the file keeps its size and time.</summary>
public sealed class YamlFiles
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <param name="file">Its path must be given.</param>
    /// <param name="askedBy">Who is to blame where it is missing.</param>
    /// <exception cref="LoadException">The file is missing or no YAML that BuildStream takes.</exception>
    public MappingNode Read(SourceFile file, Provenance? askedBy = null)
    {
        var info = new FileInfo(file.Path!);
        if (info.Exists && _entries.TryGetValue(file.Path!, out var known)
            && known.Length == info.Length && known.Written == info.LastWriteTimeUtc && known.Name == file.Name)
            return known.Content;
        var content = YamlReader.ReadFile(file, askedBy);
        _entries[file.Path!] = new Entry(file.Name, info.Exists ? info.Length : -1, info.LastWriteTimeUtc, content);
        return content;
    }

    private sealed record Entry(string Name, long Length, DateTime Written, MappingNode Content);
}
