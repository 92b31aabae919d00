using Bistro.Builder.Metadata;
using Bistro.Model.Content;
using Bistro.Registry.Manifests;
using Bistro.Registry.Names;
using Microsoft.Data.Sqlite;

namespace Bistro.Registry.Repositories;

/// <summary>
/// What the repositories hold, in the metadata: which blobs and manifests each may serve, its tags, and who refers to what.
/// The content itself lies in the content store. A write returns when it is on the disk.
/// </summary>
public sealed class RepositoryStore(MetadataStore metadata, TimeProvider time)
{
    private const string RepositoryId = "(SELECT id FROM repositories WHERE name = $1)";

    public ManifestEntry? FindTag(RepositoryName repository, string tag) => metadata.Read(session => session.First(
        $"""
        SELECT m.digest, m.media_type, t.sha512 FROM tags t JOIN manifests m ON m.repository = t.repository AND m.digest = t.digest
        WHERE t.repository = {RepositoryId} AND t.name = $2
        """,
        row => ReadEntry(row, row.IsDBNull(2) ? null : OciDigest.OfSha512(row.GetFieldValue<byte[]>(2))), repository.Value, tag));

    public ManifestEntry? FindManifest(RepositoryName repository, Digest digest) => metadata.Read(session => session.First(
        $"SELECT digest, media_type FROM manifests WHERE repository = {RepositoryId} AND digest = $2",
        row => ReadEntry(row, null), repository.Value, Bytes(digest)));

    public bool HasManifest(RepositoryName repository, Digest digest) => FindManifest(repository, digest) is not null;

    public bool HasBlob(RepositoryName repository, Digest digest) => metadata.Read(session => session.Any(
        $"SELECT 1 FROM blobs WHERE repository = {RepositoryId} AND digest = $2", repository.Value, Bytes(digest)));

    /// <summary>The digest under which the store has it; null for a SHA-512 digest that was never verified.</summary>
    public Digest? Resolve(OciDigest digest) => digest.Algorithm == DigestAlgorithm.Sha256
        ? digest.Sha256
        : metadata.Read(session => session.First(
            "SELECT sha256 FROM sha512_aliases WHERE sha512 = $1", row => ReadDigest(row, 0), digest.ToBytes()));

    /// <summary>The repositories that have a blob, in any order; enough of them to find one to mount from.</summary>
    public IReadOnlyList<RepositoryName> RepositoriesWith(Digest blob) => metadata.Read(session => session.List(
        "SELECT r.name FROM blobs b JOIN repositories r ON r.id = b.repository WHERE b.digest = $1 LIMIT 1000",
        row => RepositoryName.Parse(row.GetString(0)), Bytes(blob)));

    /// <summary>At most <paramref name="count"/> tags behind <paramref name="last"/> in byte order, or null when there is no such repository.</summary>
    public TagPage? ListTags(RepositoryName repository, string? last, int count) => metadata.Read(session =>
        session.First("SELECT id FROM repositories WHERE name = $1", row => row.GetInt64(0), repository.Value) is { } id
            ? ListTags(session, id, last, count)
            : null);

    /// <summary>At most <paramref name="count"/> names behind <paramref name="last"/>, in byte order.</summary>
    public IReadOnlyList<string> ListRepositories(string? last, int count) => metadata.Read(session => session.List(
        "SELECT name FROM repositories WHERE name > $1 ORDER BY name LIMIT $2", row => row.GetString(0), last ?? "", count));

    /// <summary>At most <paramref name="count"/> manifests that name the subject, behind the key <paramref name="last"/>.</summary>
    /// <param name="artifactType">Only those of this type; empty for all.</param>
    public IReadOnlyList<Referrer> ListReferrers(RepositoryName repository, OciDigest subject, string artifactType, string? last, int count) =>
        metadata.Read(session => session.List(
            $"""
            SELECT hex(digest), descriptor FROM referrers
            WHERE repository = {RepositoryId} AND subject = $2 AND digest > unhex($3) {(artifactType.Length > 0 ? "AND artifact_type = $5" : "")}
            ORDER BY digest LIMIT $4
            """,
            row => new Referrer(row.GetString(0), row.GetFieldValue<byte[]>(1)),
            repository.Value, subject.ToBytes(), last ?? "", count, artifactType));

    public Task AddBlobAsync(RepositoryName repository, Digest digest, OciDigest name) => metadata.WriteAsync(session =>
    {
        AddAlias(session, digest, name);
        return session.Execute(
            "INSERT OR IGNORE INTO blobs(digest, repository, linked) VALUES ($1, $2, $3)", Bytes(digest), AddRepository(session, repository), Now());
    });

    /// <returns>Whether the blob was linked.</returns>
    public Task<bool> RemoveBlobAsync(RepositoryName repository, Digest digest) => metadata.RemoveAsync(session => session.Execute(
        $"DELETE FROM blobs WHERE repository = {RepositoryId} AND digest = $2", repository.Value, Bytes(digest)) > 0);

    public Task PutManifestAsync(RepositoryName repository, ManifestRecord manifest) => metadata.WriteAsync(session =>
    {
        AddAlias(session, manifest.Digest, manifest.Name);
        var id = AddRepository(session, repository);
        var digest = Bytes(manifest.Digest);
        var isNew = session.Execute(
            "INSERT OR IGNORE INTO manifests(repository, digest, media_type, subject, pushed) VALUES ($1, $2, $3, $4, $5)",
            id, digest, manifest.Content.MediaType, manifest.Content.Subject?.ToBytes(), Now()) > 0;
        if (isNew)
            AddReferences(session, id, manifest);
        var sha512 = manifest.Name.Algorithm == DigestAlgorithm.Sha512 ? manifest.Name.ToBytes() : null;
        foreach (var tag in manifest.Tags)
            session.Execute("INSERT OR REPLACE INTO tags(repository, name, digest, sha512) VALUES ($1, $2, $3, $4)", id, tag, digest, sha512);
        return isNew;
    });

    /// <returns>Whether the tag was there.</returns>
    public Task<bool> RemoveTagAsync(RepositoryName repository, string tag) => metadata.RemoveAsync(session => session.Execute(
        $"DELETE FROM tags WHERE repository = {RepositoryId} AND name = $2", repository.Value, tag) > 0);

    /// <returns>The tags that named the manifest and are gone with it; null when it was not there.</returns>
    public Task<IReadOnlyList<string>?> RemoveManifestAsync(RepositoryName repository, Digest digest) => metadata.RemoveAsync<IReadOnlyList<string>?>(session =>
    {
        var values = new object?[] { repository.Value, Bytes(digest) };
        if (session.Execute($"DELETE FROM manifests WHERE repository = {RepositoryId} AND digest = $2", values) == 0)
            return null;
        session.Execute($"DELETE FROM referrers WHERE repository = {RepositoryId} AND digest = $2", values);
        return session.List($"DELETE FROM tags WHERE repository = {RepositoryId} AND digest = $2 RETURNING name", row => row.GetString(0), values);
    });

    // SQLite itself writes the list: ten thousand rows taken out one by one cost three times as much.
    private static TagPage ListTags(MetadataSession session, long repository, string? last, int count)
    {
        var (names, end) = session.First(
            """
            SELECT json_group_array(name), max(name)
            FROM (SELECT name FROM tags WHERE repository = $1 AND name > $2 ORDER BY name LIMIT $3)
            """,
            row => (row.GetFieldValue<byte[]>(0), row.GetOptionalString(1)),
            repository, last ?? "", count)!.Value;
        var hasMore = end is not null && session.Any("SELECT 1 FROM tags WHERE repository = $1 AND name > $2", repository, end);
        return new TagPage(names, hasMore ? end : null);
    }

    private static void AddReferences(MetadataSession session, long repository, ManifestRecord manifest)
    {
        var digest = Bytes(manifest.Digest);
        foreach (var child in manifest.Content.References)
            session.Execute("INSERT OR IGNORE INTO manifest_children(manifest, child) VALUES ($1, $2)", digest, child.Digest.ToBytes());
        if (manifest.Content.Subject is { } subject)
        {
            session.Execute(
                "INSERT OR REPLACE INTO referrers(repository, subject, digest, artifact_type, descriptor) VALUES ($1, $2, $3, $4, $5)",
                repository, subject.ToBytes(), digest, manifest.Content.ArtifactType ?? "", ReferrerDescriptor.Write(manifest));
        }
    }

    private static void AddAlias(MetadataSession session, Digest digest, OciDigest name)
    {
        if (name.Algorithm == DigestAlgorithm.Sha512)
            session.Execute("INSERT OR IGNORE INTO sha512_aliases(sha512, sha256) VALUES ($1, $2)", name.ToBytes(), Bytes(digest));
    }

    private static long AddRepository(MetadataSession session, RepositoryName repository)
    {
        session.Execute("INSERT OR IGNORE INTO repositories(name) VALUES ($1)", repository.Value);
        return session.First("SELECT id FROM repositories WHERE name = $1", row => row.GetInt64(0), repository.Value)!.Value;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeSeconds();

    private static ManifestEntry ReadEntry(SqliteDataReader row, OciDigest? name)
    {
        var digest = ReadDigest(row, 0);
        return new ManifestEntry(digest, name ?? OciDigest.Of(digest), row.GetString(1));
    }

    private static Digest ReadDigest(SqliteDataReader row, int column) => new(row.GetFieldValue<byte[]>(column));

    private static byte[] Bytes(Digest digest)
    {
        var bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes;
    }
}
