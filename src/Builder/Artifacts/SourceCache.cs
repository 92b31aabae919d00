using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Model.Content;

namespace Bistro.Builder.Artifacts;

/// <summary>Trees of sources that were staged before, by the key of what they were made from.</summary>
public sealed class SourceCache(MetadataStore metadata, IContentStore content, TimeProvider time)
{
    private static readonly TimeSpan UsePrecision = TimeSpan.FromHours(1);

    public static MetadataSchema Schema { get; } = new("sources",
    [
        """
        CREATE TABLE source (
            key TEXT PRIMARY KEY,
            tree BLOB NOT NULL,        -- digest of the root directory
            made INTEGER NOT NULL,     -- milliseconds since 1970
            used INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
    ]);

    /// <summary>The tree, or null.</summary>
    /// <param name="key">Everything that makes a difference to the tree, hashed or in words.</param>
    public Digest? Find(string key)
    {
        var now = time.GetUtcNow();
        var found = metadata.Read(session => session.First(
            "SELECT tree, used FROM source WHERE key = $1", row => (Tree: row.GetDigest(0), Used: row.GetTime(1)), key));
        if (found is null || content.Find(found.Value.Tree) is null)
            return null;
        if (now - found.Value.Used > UsePrecision)
            metadata.Note(session => session.Execute("UPDATE source SET used = $1 WHERE key = $2", now.ToUnixTimeMilliseconds(), key));
        return found.Value.Tree;
    }

    public Task PutAsync(string key, Digest tree)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return metadata.WriteAsync(session => session.Execute("INSERT OR REPLACE INTO source VALUES ($1, $2, $3, $3)", key, tree.ToBytes(), now));
    }

    public Task RemoveAsync(string key) => metadata.WriteAsync(session => session.Execute("DELETE FROM source WHERE key = $1", key));
}
