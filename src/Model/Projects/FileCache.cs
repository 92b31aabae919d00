using System.Collections.Concurrent;
using System.Security.Cryptography;
using Bistro.Model.Content;
using Bistro.Model.Yaml;

namespace Bistro.Model.Projects;

/// <summary>What was read from disk, kept for as long as the files keep their size and time. Loaders may share one.</summary>
public sealed class FileCache
{
    private readonly ConcurrentDictionary<string, HashedFile> _hashes = new(StringComparer.Ordinal);

    private int _generation;

    internal YamlFiles Yaml { get; } = new();

    /// <summary>Counts loads: local trees are looked at once in each.</summary>
    internal int Generation => _generation;

    internal void StartGeneration() => Interlocked.Increment(ref _generation);

    /// <summary>The digest of the file's content.</summary>
    internal SizedDigest Hash(FileInfo file)
    {
        if (_hashes.TryGetValue(file.FullName, out var known)
            && known.Digest.Size == file.Length && known.Written == file.LastWriteTimeUtc)
            return known.Digest;
        var written = file.LastWriteTimeUtc;
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        Span<byte> hash = stackalloc byte[Digest.Size];
        SHA256.HashData(stream, hash);
        var digest = new SizedDigest(new Digest(hash), stream.Position);
        _hashes[file.FullName] = new HashedFile(digest, written);
        return digest;
    }

    private sealed record HashedFile(SizedDigest Digest, DateTime Written);
}
