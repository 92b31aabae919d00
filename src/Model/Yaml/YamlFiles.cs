using System.Collections.Concurrent;
using Bistro.Model.Disk;
using Bistro.Model.Errors;

namespace Bistro.Model.Yaml;

/// <summary>Parsed YAML files, each kept for as long as the file stays in the same version. Thread-safe.</summary>
internal sealed class YamlCache
{
    // A file that two projects have (one is the other's junction) has a name, and so nodes, in each.
    private readonly ConcurrentDictionary<SourceFile, Entry> _entries = new();

    public MappingNode? Find(SourceFile file, FileStatus status) =>
        _entries.TryGetValue(file, out var entry) && entry.Status == status ? entry.Content : null;

    public bool Holds(SourceFile file) => _entries.ContainsKey(file);

    public void Add(SourceFile file, FileStatus status, MappingNode content) => _entries[file] = new Entry(status, content);

    private sealed record Entry(FileStatus Status, MappingNode Content);
}

/// <summary>Reads the YAML files of one load. Thread-safe.</summary>
public sealed class YamlFiles
{
    private readonly DiskView _disk;
    private readonly YamlCache _cache;

    /// <summary>Files that other threads read, or will read, before the load asks for them.</summary>
    private readonly ConcurrentDictionary<SourceFile, Lazy<bool>> _ahead = new();

    public YamlFiles()
        : this(new DiskView(), new YamlCache())
    {
    }

    internal YamlFiles(DiskView disk, YamlCache cache)
    {
        _disk = disk;
        _cache = cache;
    }

    /// <param name="file">Its path must be given.</param>
    /// <param name="askedBy">The place to report where it is missing.</param>
    /// <exception cref="LoadException">The file is missing, or not YAML that BuildStream accepts.</exception>
    public MappingNode Read(SourceFile file, Provenance? askedBy = null)
    {
        if (_ahead.TryRemove(file, out var ahead))
            _ = ahead.Value;
        return _cache.Find(file, _disk.Find(file.Path!)) ?? ReadFile(file, askedBy);
    }

    /// <summary>
    /// Lets a thread of the pool read a file that will probably be asked for. A mistake in it is not reported before that. A file that
    /// is in the cache is not looked at.
    /// </summary>
    public void ReadAhead(SourceFile file)
    {
        if (_cache.Holds(file))
            return;
        var ahead = new Lazy<bool>(() => TryReadFile(file));
        if (_ahead.TryAdd(file, ahead))
            ThreadPool.UnsafeQueueUserWorkItem(Run, ahead, preferLocal: false);
    }

    private static void Run(Lazy<bool> ahead)
    {
        try
        {
            _ = ahead.Value;
        }
        catch (Exception)
        {
            // Read throws it again, where the load can report it. An exception of the pool's work would end the process.
        }
    }

    private bool TryReadFile(SourceFile file)
    {
        try
        {
            ReadFile(file, null);
            return true;
        }
        catch (Exception exception) when (exception is LoadException or FileChangedException)
        {
            return false;
        }
    }

    private MappingNode ReadFile(SourceFile file, Provenance? askedBy)
    {
        var expected = _disk.Find(file.Path!);
        string text;
        FileStatus? read;
        try
        {
            text = SourceText.Read(file, askedBy, out read);
        }
        catch (LoadException exception) when (expected.Kind == FileKind.File && exception.Errors is [{ Reason: LoadErrorReason.MissingFile }])
        {
            if (FileStatus.Of(file.Path!) != expected)
                throw new FileChangedException(file.Path!);
            throw;
        }
        _disk.NoteRead(file.Path!, read);
        var content = YamlReader.Read(file, text);
        _cache.Add(file, expected, content);
        return content;
    }
}
