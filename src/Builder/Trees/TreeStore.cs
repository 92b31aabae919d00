using Bistro.Builder.Content;
using Bistro.Model.Content;
using Microsoft.Extensions.Caching.Memory;

namespace Bistro.Builder.Trees;

/// <summary>Immutable trees of files, each by the digest of its root directory. Directories that were read lately are kept in memory.</summary>
public sealed class TreeStore(IContentStore content, int cachedEntries = 400_000) : IDisposable
{
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = cachedEntries });

    /// <summary>The tree without entries. It needs no object.</summary>
    public static SizedDigest Empty { get; } = new(Digest.Of([]), 0);

    public IContentStore Content { get; } = content;

    /// <summary>Reads one directory.</summary>
    /// <exception cref="ContentMissingException">The store does not have it.</exception>
    /// <exception cref="InvalidDataException">The object is no directory.</exception>
    public TreeDirectory Read(Digest tree)
    {
        if (tree == Empty.Hash)
            return TreeDirectory.Empty;
        if (_cache.TryGetValue(tree, out TreeDirectory? directory))
            return directory!;
        directory = TreeCodec.Decode(Content.ReadAll(tree));
        Remember(tree, directory);
        return directory;
    }

    /// <summary>The digest with the length of the directory's message.</summary>
    /// <exception cref="ContentMissingException">The store does not have it.</exception>
    public SizedDigest Measure(Digest tree) => tree == Empty.Hash
        ? Empty
        : new SizedDigest(tree, Content.Find(tree) ?? throw new ContentMissingException(tree));

    /// <summary>Begins work on trees, in memory until it is committed.</summary>
    public TreeDraft BeginDraft() => new(this);

    public void Dispose() => _cache.Dispose();

    internal void Remember(Digest tree, TreeDirectory directory) =>
        _cache.Set(tree, directory, new MemoryCacheEntryOptions { Size = directory.Nodes.Length + 1 });
}
