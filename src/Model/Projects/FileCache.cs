using System.Collections.Concurrent;
using System.Security.Cryptography;
using Bistro.Model.Content;
using Bistro.Model.Disk;
using Bistro.Model.Yaml;

namespace Bistro.Model.Projects;

/// <summary>
/// What was read from files, each kept for as long as the file stays in the same version. Loaders may share one. Thread-safe.
/// </summary>
public sealed class FileCache
{
    private readonly ConcurrentDictionary<string, HashedFile> _hashes = new(StringComparer.Ordinal);

    internal YamlCache Yaml { get; } = new();

    /// <summary>The digest of the content of a folder's entry, which is a file.</summary>
    /// <exception cref="FileChangedException">The file changed since the view saw it.</exception>
    internal SizedDigest Hash(string path, DiskView disk)
    {
        var expected = disk.Find(path);
        if (_hashes.TryGetValue(path, out var known) && known.Status == expected)
            return known.Digest;
        var (digest, read) = Read(path);
        disk.NoteRead(path, read);
        _hashes[path] = new HashedFile(digest, expected);
        return digest;
    }

    private static (SizedDigest Digest, FileStatus? Read) Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var before = FileStatus.Of(stream.SafeFileHandle);
            Span<byte> hash = stackalloc byte[Digest.Size];
            SHA256.HashData(stream, hash);
            var digest = new SizedDigest(new Digest(hash), stream.Position);
            return (digest, FileStatus.Of(stream.SafeFileHandle) == before ? before : null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileChangedException(path);
        }
    }

    private sealed record HashedFile(SizedDigest Digest, FileStatus Status);
}
