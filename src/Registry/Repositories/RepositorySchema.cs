using Bistro.Builder.Metadata;

namespace Bistro.Registry.Repositories;

/// <summary>The tables of the repositories.</summary>
public static class RepositorySchema
{
    // Digests are 32 bytes, or 64 where SHA-512 may stand too (subject, child). Times are Unix seconds.
    private const string First =
        """
        CREATE TABLE repositories(
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;

        -- Which blobs a repository serves. Any repository that has a blob is found by its digest, to mount from.
        CREATE TABLE blobs(
            digest BLOB NOT NULL,
            repository INTEGER NOT NULL,
            linked INTEGER NOT NULL,
            PRIMARY KEY (digest, repository)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE manifests(
            repository INTEGER NOT NULL,
            digest BLOB NOT NULL,
            media_type TEXT NOT NULL,
            subject BLOB,
            pushed INTEGER NOT NULL,
            PRIMARY KEY (repository, digest)
        ) STRICT, WITHOUT ROWID;

        -- What a manifest refers to: for the garbage collector.
        CREATE TABLE manifest_children(
            manifest BLOB NOT NULL,
            child BLOB NOT NULL,
            PRIMARY KEY (manifest, child)
        ) STRICT, WITHOUT ROWID;

        -- A tag that was pushed with a SHA-512 digest is answered with it.
        CREATE TABLE tags(
            repository INTEGER NOT NULL,
            name TEXT NOT NULL,
            digest BLOB NOT NULL,
            sha512 BLOB,
            PRIMARY KEY (repository, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tags_by_digest ON tags(repository, digest);

        -- Manifests by the subject that they name, with the descriptor to list them by.
        CREATE TABLE referrers(
            repository INTEGER NOT NULL,
            subject BLOB NOT NULL,
            digest BLOB NOT NULL,
            artifact_type TEXT NOT NULL,
            descriptor BLOB NOT NULL,
            PRIMARY KEY (repository, subject, digest)
        ) STRICT;

        -- SHA-512 digests that were verified, and the SHA-256 of the same bytes.
        CREATE TABLE sha512_aliases(
            sha512 BLOB PRIMARY KEY,
            sha256 BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        """;

    // A page of one type among many others, in the order of the list; and who still has a digest, for the collector.
    private const string Indexes =
        """
        CREATE INDEX referrers_by_type ON referrers(repository, subject, artifact_type, digest);
        CREATE INDEX manifests_by_digest ON manifests(digest);
        CREATE INDEX sha512_aliases_by_sha256 ON sha512_aliases(sha256);
        """;

    public static MetadataSchema Schema { get; } = new("repositories", [First, Indexes]);
}
