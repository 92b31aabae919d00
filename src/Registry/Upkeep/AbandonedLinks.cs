using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Model.Content;

namespace Bistro.Registry.Upkeep;

/// <summary>
/// Removes links to blobs whose manifest was never pushed, or was deleted. A HEAD request, by which a client learns whether
/// it must push a blob, claims the blob first and looks for the link then. This class removes the link first and looks for
/// the claim then. So one of the two always sees the other.
/// </summary>
public sealed class AbandonedLinks(MetadataStore metadata, ContentStore content)
{
    private const string Children =
        """
        SELECT m.repository AS repository, coalesce(a.sha256, c.child) AS digest FROM manifests m
        JOIN manifest_children c ON c.manifest = m.digest LEFT JOIN sha512_aliases a ON a.sha512 = c.child
        """;

    private const int SliceSize = 100;

    /// <param name="since">Links and claims from this moment on stay.</param>
    /// <returns>The number of links that were removed.</returns>
    public async Task<int> RemoveAsync(DateTimeOffset since)
    {
        // Searched outside the writer, which all writes wait for.
        var candidates = metadata.Read(session => session.List(
            $"SELECT digest, repository, linked FROM blobs WHERE linked < $1 AND (repository, digest) NOT IN ({Children})", Read, since.ToUnixTimeSeconds()));
        var removed = new List<Link>();
        foreach (var slice in candidates.Where(link => !IsClaimed(link.Digest)).Chunk(SliceSize))
            removed.AddRange(await metadata.RemoveAsync(session => slice.Where(link => Remove(session, link)).ToList()));
        var claimed = removed.Where(link => IsClaimed(link.Digest)).ToList();
        if (claimed.Count > 0)
            await metadata.RemoveAsync(session => claimed.Sum(link => session.Execute(
                "INSERT OR IGNORE INTO blobs(digest, repository, linked) VALUES ($1, $2, $3)", link.Digest.ToBytes(), link.Repository, link.Linked)));
        return removed.Count - claimed.Count;

        bool IsClaimed(Digest digest) => content.IsClaimed(digest, since);
    }

    /// <summary>Removes the rows of manifests and digests that no repository has any more.</summary>
    public async Task TidyAsync()
    {
        await TidyAsync(
            "SELECT DISTINCT manifest FROM manifest_children WHERE manifest NOT IN (SELECT digest FROM manifests)",
            "DELETE FROM manifest_children WHERE manifest = $1 AND NOT EXISTS(SELECT 1 FROM manifests WHERE digest = $1)");
        await TidyAsync(
            "SELECT sha256 FROM sha512_aliases WHERE sha256 NOT IN (SELECT digest FROM manifests UNION ALL SELECT digest FROM blobs)",
            """
            DELETE FROM sha512_aliases WHERE sha256 = $1
            AND NOT EXISTS(SELECT 1 FROM manifests WHERE digest = $1) AND NOT EXISTS(SELECT 1 FROM blobs WHERE digest = $1)
            """);
    }

    // A row that was found outside the writer may be needed again when it is removed.
    private async Task TidyAsync(string find, string remove)
    {
        foreach (var slice in metadata.Read(session => session.List(find, row => row.GetDigest(0))).Chunk(SliceSize))
            await metadata.RemoveAsync(session => slice.Sum(digest => session.Execute(remove, digest.ToBytes())));
    }

    // A manifest may have been pushed meanwhile.
    private static bool Remove(MetadataSession session, Link link) => session.Execute(
        """
        DELETE FROM blobs WHERE digest = $1 AND repository = $2 AND NOT EXISTS(
            SELECT 1 FROM manifests m JOIN manifest_children c ON c.manifest = m.digest
            WHERE m.repository = $2 AND (c.child = $1 OR c.child IN (SELECT sha512 FROM sha512_aliases WHERE sha256 = $1)))
        """,
        link.Digest.ToBytes(), link.Repository) > 0;

    private static Link Read(Microsoft.Data.Sqlite.SqliteDataReader row) => new(row.GetDigest(0), row.GetInt64(1), row.GetInt64(2));

    private readonly record struct Link(Digest Digest, long Repository, long Linked);
}
