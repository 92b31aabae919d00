using System.Collections.Immutable;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Images.Layouts;

/// <summary>Writes the tree that <c>docker load</c> reads, as <see cref="DockerLayout"/> draws it.</summary>
internal sealed class DockerLayoutWriter(IContentBatch batch, TreeDraft draft)
{
    private readonly List<DockerArchiveImage> _images = [];
    private readonly SortedDictionary<string, ImmutableSortedDictionary<string, string>> _repositories = new(StringComparer.Ordinal);
    private Digest _root = TreeStore.Empty.Hash;

    /// <param name="image">The image.</param>
    /// <param name="tags">Its names with their tags, or null.</param>
    public void Add(WrittenImage image, ImmutableArray<string>? tags)
    {
        string? parent = null;
        foreach (var layer in image.Manifest.Layers)
        {
            AddLayer(layer, parent, image.Descriptor.Platform!.Os);
            parent = layer.Digest.Hex;
        }

        var config = image.Manifest.Config;
        Put("/", $"{config.Digest.Hex}.json", new SizedDigest(config.Digest, config.Size));
        _images.Add(new DockerArchiveImage
        {
            Config = $"{config.Digest.Hex}.json",
            RepoTags = tags,
            Layers = [.. image.Manifest.Layers.Select(layer => $"{layer.Digest.Hex}/layer.tar")],
        });
        foreach (var tag in tags ?? [])
            AddTag(tag, parent ?? config.Digest.Hex);
    }

    /// <returns>The root of the layout, drafted.</returns>
    public Digest Finish()
    {
        Put("/", DockerLayout.ManifestPath, batch.Add(OciJson.Serialize([.. _images], OciJson.Default.ImmutableArrayDockerArchiveImage)));
        var repositories = _repositories.ToImmutableSortedDictionary(StringComparer.Ordinal);
        Put("/", "repositories", batch.Add(OciJson.Serialize(repositories, OciJson.Default.ImmutableSortedDictionaryStringImmutableSortedDictionaryStringString)));
        return _root;
    }

    private void AddLayer(Descriptor layer, string? parent, string os)
    {
        var id = layer.Digest.Hex;
        var note = new DockerLayerNote { Id = id, Parent = parent, Os = os };
        Put(id, "layer.tar", new SizedDigest(layer.Digest, layer.Size));
        Put(id, "json", batch.Add(OciJson.Serialize(note, OciJson.Default.DockerLayerNote)));
        Put(id, "VERSION", batch.Add("1.0"u8));
    }

    private void AddTag(string tag, string layer)
    {
        var (name, version) = ImageName.Split(tag);
        var tags = _repositories.GetValueOrDefault(name) ?? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        _repositories[name] = tags.SetItem(version, layer);
    }

    private void Put(string directory, string name, SizedDigest content) =>
        _root = draft.Put(_root, directory, new FileNode(name, content, IsExecutable: false));
}
