using System.Collections.Concurrent;
using Bistro.Model.Errors;

namespace Bistro.Model.Yaml;

/// <summary>Reads YAML files and keeps what it read for as long as the file keeps its size and time.</summary>
public sealed class YamlFiles
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>What other threads read, or are about to, before it is asked for.</summary>
    private readonly ConcurrentDictionary<string, Lazy<Entry?>> _ahead = new(StringComparer.Ordinal);

    /// <param name="file">Its path must be given.</param>
    /// <param name="askedBy">Who is to blame where it is missing.</param>
    /// <exception cref="LoadException">The file is missing or no YAML that BuildStream takes.</exception>
    public MappingNode Read(SourceFile file, Provenance? askedBy = null)
    {
        if (_ahead.TryRemove(file.Path!, out var ahead) && ahead.Value is { } early && early.Name == file.Name)
            _entries[file.Path!] = early;
        var info = new FileInfo(file.Path!);
        if (info.Exists && _entries.TryGetValue(file.Path!, out var known)
            && known.Length == info.Length && known.Written == info.LastWriteTimeUtc && known.Name == file.Name)
            return known.Content;
        return (_entries[file.Path!] = ReadFile(file, info, askedBy)).Content;
    }

    /// <summary>
    /// Has a thread of the pool read a file that will probably be asked for. Of a mistake nothing is said before it is. A file that
    /// was read before is not looked at again.
    /// </summary>
    public void ReadAhead(SourceFile file)
    {
        if (_entries.ContainsKey(file.Path!))
            return;
        var ahead = new Lazy<Entry?>(() => TryReadFile(file));
        if (_ahead.TryAdd(file.Path!, ahead))
            ThreadPool.UnsafeQueueUserWorkItem(static ahead => _ = ahead.Value, ahead, preferLocal: false);
    }

    private static Entry? TryReadFile(SourceFile file)
    {
        try
        {
            return ReadFile(file, new FileInfo(file.Path!), null);
        }
        catch (LoadException)
        {
            return null;
        }
    }

    private static Entry ReadFile(SourceFile file, FileInfo info, Provenance? askedBy)
    {
        // Looked at first: what is written meanwhile is read again the next time.
        var (length, written) = info.Exists ? (info.Length, info.LastWriteTimeUtc) : (-1, default);
        return new Entry(file.Name, length, written, YamlReader.ReadFile(file, askedBy));
    }

    private sealed record Entry(string Name, long Length, DateTime Written, MappingNode Content);
}
