using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bistro.Builder.Content;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layouts;

/// <summary>The files of an untrusted tree: everything in it is checked before it is used.</summary>
internal sealed class LayoutFiles(TreeStore trees, Digest tree)
{
    // As much as registries take for a manifest.
    private const long MaxJsonLength = 4 << 20;

    /// <summary>The content of the file at a path, or null when there is none.</summary>
    /// <exception cref="InvalidDataException">Something else is there, or the path leads out of the tree.</exception>
    public SizedDigest? Find(string path)
    {
        if (path.Split('/').Any(name => !NodeNames.IsValid(name)))
            throw new InvalidDataException($"'{path}' is not a path inside the image.");
        return trees.Find(tree, path) switch
        {
            null => null,
            FileNode file when trees.Content.Find(file.Content.Hash) == file.Content.Size => file.Content,
            FileNode => throw new InvalidDataException($"The content of '{path}' is not in the store."),
            _ => throw new InvalidDataException($"'{path}' is not a file."),
        };
    }

    /// <exception cref="InvalidDataException">There is no such file.</exception>
    public SizedDigest FindRequired(string path) =>
        Find(path) ?? throw new InvalidDataException($"'{path}' is missing.");

    /// <exception cref="InvalidDataException">It is no JSON of that shape.</exception>
    public T ReadJson<T>(string path, JsonTypeInfo<T> type)
    {
        var content = FindRequired(path);
        if (content.Size > MaxJsonLength)
            throw new InvalidDataException($"'{path}' has {content.Size} bytes; at most {MaxJsonLength} are read.");
        try
        {
            return JsonSerializer.Deserialize(trees.Content.ReadAll(content.Hash), type)
                ?? throw new InvalidDataException($"'{path}' is null.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"'{path}' cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The first bytes of a file, as many as fit.</summary>
    public void ReadStart(SizedDigest content, Span<byte> start)
    {
        start.Clear();
        using var reader = trees.Content.OpenRequired(content.Hash);
        reader.Read(start, 0);
    }
}
