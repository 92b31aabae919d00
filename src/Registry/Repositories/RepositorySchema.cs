using Bistro.Builder.Metadata;

namespace Bistro.Registry.Repositories;

/// <summary>The database tables of the repositories.</summary>
public static class RepositorySchema
{
    // Digests have 32 bytes, or 64 where SHA-512 is allowed (subject, child). Times are Unix seconds.
    private const string First =
        """
        CREATE TABLE repositories(
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;

        -- The blobs of each repository. The key begins with the digest to find repositories to mount from.
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

        -- The content that manifests refer to, for the garbage collector.
        CREATE TABLE manifest_children(
            manifest BLOB NOT NULL,
            child BLOB NOT NULL,
            PRIMARY KEY (manifest, child)
        ) STRICT, WITHOUT ROWID;

        -- sha512: set if the tag was pushed with a SHA-512 digest, which responses then contain.
        CREATE TABLE tags(
            repository INTEGER NOT NULL,
            name TEXT NOT NULL,
            digest BLOB NOT NULL,
            sha512 BLOB,
            PRIMARY KEY (repository, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tags_by_digest ON tags(repository, digest);

        -- Manifests by subject, with the descriptor for lists.
        CREATE TABLE referrers(
            repository INTEGER NOT NULL,
            subject BLOB NOT NULL,
            digest BLOB NOT NULL,
            artifact_type TEXT NOT NULL,
            descriptor BLOB NOT NULL,
            PRIMARY KEY (repository, subject, digest)
        ) STRICT;

        -- Verified SHA-512 digests, with the SHA-256 digest of the same bytes.
        CREATE TABLE sha512_aliases(
            sha512 BLOB PRIMARY KEY,
            sha256 BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        """;

    // For lists of referrers of one type, and for the garbage collector's lookups by digest.
    private const string Indexes =
        """
        CREATE INDEX referrers_by_type ON referrers(repository, subject, artifact_type, digest);
        CREATE INDEX manifests_by_digest ON manifests(digest);
        CREATE INDEX sha512_aliases_by_sha256 ON sha512_aliases(sha256);
        """;

    public static MetadataSchema Schema { get; } = new("repositories", [First, Indexes]);
}
