using Bistro.Model.Content;

namespace Bistro.Builder.Content;

/// <summary>
/// The directories and files of a store:
/// <code>
/// STORE/
///   cas/ab/cdef…        an object: the 64 hex digits of its SHA-256, split after two. Whole, synced, immutable, mode 0444,
///                       modified at <see cref="ObjectTime"/>; accessed when it was last written or asked to be written.
///   tmp/PID-RANDOM/     what one process is writing; `lock` in it is held while the process lives; any process removes it after that
///   partial/NAME        objects that arrive in pieces, as uploads do; they outlive restarts
///   quarantine/HEX      objects whose bytes no longer had their digest
///   locks/HEX           one file for each key that is being built, locked while the builder lives
///   leases/PID-RANDOM   content that one process needs, locked while the process lives
///   roots/BOOT/HEX/     trees checked out for sandboxes to read
///   logs/PROJECT/ELEMENT/ the logs of builds
///   reserve/            room for metadata when the disk is full
///   token-key.pem       signs the tokens of all servers of this store, unless the configuration names a key
///   gc.lock             held briefly to claim objects and to remove them
///   sources/KIND/       mirrors and downloads of source kinds
///   metadata.db         SQLite: artifacts, sources, builds, and what the registry keeps
/// </code>
/// </summary>
public sealed class ContentLayout
{
    /// <summary>
    /// Every object's modification time. An object with another time was changed by another program, and is read in full
    /// before it is trusted.
    /// </summary>
    public const long ObjectTime = 1321009871;

    internal const int ShardCount = 256;
    internal const uint ObjectMode = 0x124; // 0444

    private readonly string _cas;

    public ContentLayout(string root)
    {
        Root = Path.GetFullPath(root);
        _cas = In("cas");
        Temporary = In("tmp");
        Partial = In("partial");
        Quarantine = In("quarantine");
        Locks = In("locks");
        Leases = In("leases");
        Roots = In("roots");
        Logs = In("logs");
        Sources = In("sources");
        Reserve = In("reserve");
        TokenKey = In("token-key.pem");
        Gate = In("gc.lock");
        Metadata = In("metadata.db");
    }

    public string Root { get; }
    public string Temporary { get; }
    public string Partial { get; }
    public string Quarantine { get; }
    public string Locks { get; }
    public string Leases { get; }
    public string Roots { get; }
    public string Logs { get; }
    public string Sources { get; }

    /// <summary>The directory of <see cref="Files.DiskReserve"/>.</summary>
    public string Reserve { get; }

    /// <summary>The private key of tokens, in PEM.</summary>
    public string TokenKey { get; }

    /// <summary>The file whose lock separates claims from removals.</summary>
    public string Gate { get; }

    /// <summary>The database's file.</summary>
    public string Metadata { get; }

    /// <summary>The 256 directories of objects, in order.</summary>
    public IEnumerable<string> Shards => Enumerable.Range(0, ShardCount).Select(Shard);

    /// <summary>The directory of the objects whose digests begin with this byte.</summary>
    public string Shard(int first) => $"{_cas}/{first:x2}";

    /// <summary>The directory of an object.</summary>
    public string Shard(Digest digest)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        digest.CopyTo(hash);
        return Shard(hash[0]);
    }

    /// <summary>An object's file.</summary>
    public string Object(Digest digest) => string.Create(_cas.Length + 2 + (2 * Digest.Size), (_cas, digest), static (path, state) =>
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        state.digest.CopyTo(hash);
        state._cas.CopyTo(path);
        path = path[state._cas.Length..];
        path[0] = '/';
        Convert.TryToHexStringLower(hash[..1], path[1..], out _);
        path[3] = '/';
        Convert.TryToHexStringLower(hash[1..], path[4..], out _);
    });

    /// <summary>The objects of a shard. Other files in it are ignored.</summary>
    public IEnumerable<Digest> Objects(int first)
    {
        var prefix = first.ToString("x2", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var path in Directory.EnumerateFiles(Shard(first)))
        {
            if (Digest.TryParseHex(string.Concat(prefix, Path.GetFileName(path.AsSpan())), out var digest))
                yield return digest;
        }
    }

    public string Quarantined(Digest digest) => Path.Combine(Quarantine, digest.Hex);

    /// <summary>Whether there is a store.</summary>
    /// <exception cref="IOException">The store belongs to another user.</exception>
    public bool Exists() => StoreDirectory.Has(Root, Metadata);

    /// <summary>Makes the directories of a store. Those that exist stay as they are, but only the owner may enter the store.</summary>
    /// <exception cref="IOException">The store belongs to another user.</exception>
    public void Create()
    {
        StoreDirectory.Secure(Root);
        foreach (var directory in Shards.Append(Temporary).Append(Partial).Append(Quarantine).Append(Locks).Append(Leases).Append(Roots).Append(Sources))
            Directory.CreateDirectory(directory);
    }

    private string In(string name) => Path.Combine(Root, name);
}
