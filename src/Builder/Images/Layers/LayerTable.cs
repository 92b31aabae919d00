using System.Security.Cryptography;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Metadata;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layers;

/// <summary>
/// Layers that were made before, by their entries, so that a library in a hundred images is compressed once. A record here
/// keeps no blob alive: a layer whose blob was collected is made again.
/// </summary>
public sealed class LayerTable(MetadataStore metadata, IContentStore content)
{
    // Increase it when the same entries give other bytes than before.
    private const string Format = "1";

    public static MetadataSchema Schema { get; } = new("layers",
    [
        """
        CREATE TABLE layer (
            recipe BLOB PRIMARY KEY,   -- digest of the compression and the entries
            media_type TEXT NOT NULL,
            blob BLOB NOT NULL,        -- its digest
            size INTEGER NOT NULL,
            diff_id BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
    ]);

    /// <summary>The layer of these entries, or null when it has to be made.</summary>
    public Layer? Find(Digest recipe)
    {
        var layer = metadata.Read(session => session.List(
            "SELECT media_type, blob, size, diff_id FROM layer WHERE recipe = $1",
            row => new Layer(Descriptor.Of(row.GetString(0), new SizedDigest(row.GetDigest(1), row.GetInt64(2))), row.GetDigest(3)),
            recipe.ToBytes())) is [var found] ? found : null;
        return layer is not null && content.Find(layer.Blob.Digest) == layer.Blob.Size ? layer : null;
    }

    /// <summary>Records a layer whose blob is in the store.</summary>
    public Task PutAsync(Digest recipe, Layer layer) => metadata.WriteAsync(session => session.Execute(
        "INSERT OR REPLACE INTO layer VALUES ($1, $2, $3, $4, $5)",
        recipe.ToBytes(), layer.Blob.MediaType, layer.Blob.Digest.ToBytes(), layer.Blob.Size, layer.DiffId.ToBytes()));

    /// <summary>The digest of everything that a layer's bytes depend on.</summary>
    public static Digest RecipeOf(TreeStore trees, IReadOnlyList<LayerEntry> entries, LayerCompression compression)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append($"{Format} {compression}");
        foreach (var (path, node) in entries)
        {
            Append(path);
            Append(node switch
            {
                null => "gone",
                FileNode file => $"file {file.Content.Hash.Hex} {file.IsExecutable}",
                LinkNode link => $"link {link.Target}",
                DirectoryNode => "directory",
                _ => throw new InvalidOperationException($"'{path}' is of an unknown kind."),
            });
            var properties = trees.PropertiesOf(node);
            Append($"{properties?.Mode}");
            foreach (var (name, value) in properties?.Values ?? [])
                Append($"/{name}={value}"); // No path starts with a slash.
        }

        return new Digest(hash.GetHashAndReset());

        // Neither paths nor targets contain a NUL.
        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + '\0'));
    }
}
