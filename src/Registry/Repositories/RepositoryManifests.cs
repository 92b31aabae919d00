using Bistro.Builder.Content;
using Bistro.Builder.Images.Oci;
using Bistro.Model.Content;
using Bistro.Registry.Caching;
using Bistro.Registry.Manifests;
using Bistro.Registry.Names;

namespace Bistro.Registry.Repositories;

/// <summary>
/// The manifests of the repositories, cached in the form in which they are sent. All writes go through this class, which removes
/// changed entries from the cache before a write is acknowledged.
/// </summary>
public sealed class RepositoryManifests(RepositoryStore repositories, IContentStore content, long cacheBytes)
{
    private const long EntryOverhead = 400;
    private const string UsualPlatform = "linux/amd64";

    private readonly CoherentCache<(string Repository, string Tag), StoredManifest> _byTag = new(cacheBytes / 4);
    private readonly CoherentCache<(string Repository, Digest Digest), StoredManifest> _byDigest = new(cacheBytes / 4);
    private readonly CoherentCache<Digest, StoredManifest> _content = new(cacheBytes / 2);

    /// <summary>The manifest; null if the repository does not have it.</summary>
    public StoredManifest? Find(RepositoryName repository, Reference reference) => reference switch
    {
        Reference.ByTag tag => FindCached(_byTag, (repository.Value, tag.Name), () => repositories.FindTag(repository, tag.Name)),
        Reference.ByDigest { Digest: var digest } when repositories.Resolve(digest) is { } sha256 => Find(repository, sha256),
        _ => null,
    };

    /// <inheritdoc cref="Find(RepositoryName, Reference)"/>
    public StoredManifest? Find(RepositoryName repository, Digest digest) =>
        FindCached(_byDigest, (repository.Value, digest), () => repositories.FindManifest(repository, digest));

    /// <summary>The manifest with that digest; null if its bytes are missing. The caller checks that the repository has it.</summary>
    public StoredManifest? Open(Digest digest, string mediaType)
    {
        if (_content.TryGet(digest, out var manifest) && manifest.MediaType == mediaType)
            return manifest;
        var version = _content.Version;
        using var reader = content.Open(digest);
        if (reader is null)
            return null;
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)reader.Length));
        reader.AsStream().ReadExactly(bytes);
        manifest = new StoredManifest(OciDigest.Of(digest), mediaType, bytes, MediaTypes.IsIndex(mediaType) ? UsualEntry(bytes, mediaType) : null);
        _content.Add(digest, manifest, bytes.Length + EntryOverhead, version);
        return manifest;
    }

    /// <summary>Stores a pushed manifest and sets its tags.</summary>
    public async Task PutAsync(RepositoryName repository, ManifestRecord manifest, ReadOnlyMemory<byte> bytes)
    {
        await using (var batch = content.BeginBatch())
        {
            batch.Add(bytes.Span);
            await batch.CommitAsync(CancellationToken.None);
        }

        await repositories.PutManifestAsync(repository, manifest);
        Forget(repository, manifest.Digest, manifest.Tags);
    }

    /// <returns>Whether the tag existed.</returns>
    public async Task<bool> RemoveTagAsync(RepositoryName repository, string tag)
    {
        var removed = await repositories.RemoveTagAsync(repository, tag);
        _byTag.Remove((repository.Value, tag));
        return removed;
    }

    /// <summary>Removes a manifest and all its tags.</summary>
    /// <returns>Whether the manifest existed.</returns>
    public async Task<bool> RemoveAsync(RepositoryName repository, OciDigest digest)
    {
        if (repositories.Resolve(digest) is not { } sha256 || await repositories.RemoveManifestAsync(repository, sha256) is not { } tags)
            return false;
        Forget(repository, sha256, tags);
        return true;
    }

    /// <summary>Clears cached entries after another process has written. Content never changes.</summary>
    public void Clear()
    {
        _byTag.Clear();
        _byDigest.Clear();
    }

    private void Forget(RepositoryName repository, Digest digest, IReadOnlyList<string> tags)
    {
        _byDigest.Remove((repository.Value, digest));
        foreach (var tag in tags)
            _byTag.Remove((repository.Value, tag));
    }

    private StoredManifest? FindCached<TKey>(CoherentCache<TKey, StoredManifest> cache, TKey key, Func<ManifestEntry?> read)
        where TKey : notnull
    {
        if (cache.TryGet(key, out var manifest))
            return manifest;
        var version = cache.Version;
        manifest = read() is { } entry ? Open(entry.Digest, entry.MediaType)?.As(entry.Name) : null;
        if (manifest is not null)
            cache.Add(key, manifest, EntryOverhead, version);
        return manifest;
    }

    private static ManifestReference? UsualEntry(byte[] bytes, string mediaType) =>
        ManifestReader.Read(bytes, mediaType, out _)?.References
            .FirstOrDefault(entry => entry.Platform == UsualPlatform && entry.Digest.Algorithm == DigestAlgorithm.Sha256);
}
