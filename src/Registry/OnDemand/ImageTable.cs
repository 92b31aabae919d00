using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Metadata;
using Bistro.Model.Content;
using Bistro.Registry.Names;
using Microsoft.Data.Sqlite;

namespace Bistro.Registry.OnDemand;

/// <summary>The images that projects' repositories have served, by cache key, and the blobs of these images.</summary>
public sealed class ImageTable(MetadataStore metadata)
{
    private const string Tables =
        """
        CREATE TABLE images(
            repository TEXT NOT NULL,
            key TEXT NOT NULL,
            manifest BLOB NOT NULL,
            PRIMARY KEY (repository, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE image_blobs(
            repository TEXT NOT NULL,
            digest BLOB NOT NULL,
            media_type TEXT NOT NULL,
            PRIMARY KEY (repository, digest)
        ) STRICT, WITHOUT ROWID;
        """;

    // To rebuild evicted blobs: the image of each blob, and the compressor of its layers.
    private const string Origins =
        """
        ALTER TABLE image_blobs ADD COLUMN key TEXT NOT NULL DEFAULT '';
        ALTER TABLE images ADD COLUMN compressor TEXT NOT NULL DEFAULT '';
        """;

    public static MetadataSchema Schema { get; } = new("images", [Tables, Origins]);

    /// <summary>The repository's image for a cache key, or null.</summary>
    public OnDemandAnswer.Found? Find(RepositoryName repository, string key) => metadata.Read(session => session.First(
        """
        SELECT i.manifest, b.media_type FROM images i
        JOIN image_blobs b ON b.repository = i.repository AND b.digest = i.manifest
        WHERE i.repository = $1 AND i.key = $2
        """,
        Image,
        repository.Value,
        key))?.Found;

    /// <summary>A manifest, config or layer of an image of this repository, or null.</summary>
    public OnDemandAnswer.Found? FindBlob(RepositoryName repository, Digest digest) => metadata.Read(session => session.First(
        "SELECT digest, media_type FROM image_blobs WHERE repository = $1 AND digest = $2", Image, repository.Value, digest.ToBytes()))?.Found;

    /// <summary>The image that a blob was last built for, and its compressor; null if the blob belongs to no image of this repository.</summary>
    public ImageOrigin? FindOrigin(RepositoryName repository, Digest digest) => metadata.Read(session => session.List(
        """
        SELECT i.key, i.compressor FROM image_blobs b JOIN images i ON i.repository = b.repository AND i.key = b.key
        WHERE b.repository = $1 AND b.digest = $2
        """,
        row => new ImageOrigin(row.GetString(0), row.GetString(1)),
        repository.Value,
        digest.ToBytes())) is [var origin] ? origin : null;

    /// <summary>The cache keys of the repository's images.</summary>
    public IReadOnlyList<string> Keys(RepositoryName repository) => metadata.Read(session => session.List(
        "SELECT key FROM images WHERE repository = $1", row => row.GetString(0), repository.Value));

    /// <summary>Records an image of the repository. Idempotent.</summary>
    public Task RecordAsync(RepositoryName repository, string key, ImageSet image) => metadata.WriteAsync(session =>
    {
        foreach (var blob in image.Blobs)
            session.Execute(
                """
                INSERT INTO image_blobs(repository, digest, media_type, key) VALUES ($1, $2, $3, $4)
                ON CONFLICT DO UPDATE SET key = excluded.key
                """,
                repository.Value,
                blob.Digest.ToBytes(),
                blob.MediaType,
                key);
        return session.Execute(
            "INSERT OR REPLACE INTO images(repository, key, manifest, compressor) VALUES ($1, $2, $3, $4)",
            repository.Value,
            key,
            image.Top.Digest.ToBytes(),
            LayerWriter.Compressor);
    });

    private static Row Image(SqliteDataReader row) =>
        new(new OnDemandAnswer.Found(row.GetDigest(0), row.GetString(1)));

    private readonly record struct Row(OnDemandAnswer.Found Found);
}

/// <summary>The origin of a blob in a project's repository.</summary>
/// <param name="Key">The cache key of its image.</param>
/// <param name="Compressor">See <see cref="LayerWriter.Compressor"/>.</param>
public sealed record ImageOrigin(string Key, string Compressor);
