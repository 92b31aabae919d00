using System.Collections.Concurrent;
using Bistro.Model.Errors;

namespace Bistro.Model.Yaml;

/// <summary>Reads YAML files and keeps what it read for as long as the file keeps its size and time.</summary>
public sealed class YamlFiles
{
    // A file that two projects have (one is the other's junction) has a name, and so nodes, in each.
    private readonly ConcurrentDictionary<SourceFile, Entry> _entries = new();

    /// <summary>What other threads read, or are about to, before it is asked for.</summary>
    private readonly ConcurrentDictionary<SourceFile, Lazy<Entry?>> _ahead = new();

    /// <param name="file">Its path must be given.</param>
    /// <param name="askedBy">Who is to blame where it is missing.</param>
    /// <exception cref="LoadException">The file is missing or no YAML that BuildStream takes.</exception>
    public MappingNode Read(SourceFile file, Provenance? askedBy = null)
    {
        if (_ahead.TryRemove(file, out var ahead) && ahead.Value is { } early)
            _entries[file] = early;
        var info = new FileInfo(file.Path!);
        if (info.Exists && _entries.TryGetValue(file, out var known) && known.Length == info.Length && known.Written == info.LastWriteTimeUtc)
            return known.Content;
        return (_entries[file] = ReadFile(file, info, askedBy)).Content;
    }

    /// <summary>
    /// Has a thread of the pool read a file that will probably be asked for. Of a mistake nothing is said before it is. A file that
    /// was read before is not looked at again.
    /// </summary>
    public void ReadAhead(SourceFile file)
    {
        if (_entries.ContainsKey(file))
            return;
        var ahead = new Lazy<Entry?>(() => TryReadFile(file));
        if (_ahead.TryAdd(file, ahead))
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
        return new Entry(length, written, YamlReader.ReadFile(file, askedBy));
    }

    private sealed record Entry(long Length, DateTime Written, MappingNode Content);
}
