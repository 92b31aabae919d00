using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Model.Content;

namespace Bistro.Builder.Artifacts;

/// <summary>The table of trees that were made before (staged sources, integrated roots), by the key of their inputs.</summary>
public sealed class TreeTable(MetadataStore metadata, IContentStore content, TimeProvider time) : IContentHolder
{
    private const string NamePrefix = "tree ";

    private static readonly TimeSpan UsePrecision = TimeSpan.FromHours(1);

    public static MetadataSchema Schema { get; } = new("trees",
    [
        """
        CREATE TABLE tree (
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
            "SELECT tree, used FROM tree WHERE key = $1", row => (Tree: row.GetDigest(0), Used: row.GetTime(1)), key));
        if (found is null || content.Find(found.Value.Tree) is null)
            return null;
        if (now - found.Value.Used > UsePrecision)
            metadata.Note(session => session.Execute("UPDATE tree SET used = $1 WHERE key = $2", now.ToUnixTimeMilliseconds(), key));
        return found.Value.Tree;
    }

    public Task PutAsync(string key, Digest tree)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return metadata.WriteAsync(session => session.Execute("INSERT OR REPLACE INTO tree VALUES ($1, $2, $3, $3)", key, tree.ToBytes(), now));
    }

    public Task RemoveAsync(string key) => metadata.RemoveAsync(session => session.Execute("DELETE FROM tree WHERE key = $1", key));

    public IEnumerable<HeldContent> List() => metadata.Read(session => session.List(
        "SELECT key, tree, used FROM tree",
        row => new HeldContent
        {
            Name = NamePrefix + row.GetString(0),
            Content = [ContentReference.Tree(row.GetDigest(1))],
            LastUse = row.GetTime(2),
        }));

    public Task ForgetAsync(IReadOnlyList<HeldContent> things, CancellationToken cancellationToken) => metadata.RemoveAsync(session =>
        things.Sum(thing => session.Execute("DELETE FROM tree WHERE key = $1", thing.Name[NamePrefix.Length..])));
}
