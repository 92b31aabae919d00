using Bistro.Builder.Content;
using Bistro.Model.Content;
using Bistro.Registry.Caching;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;

namespace Bistro.Registry.Repositories;

/// <summary>
/// The blobs that each repository may serve: those linked by a push or a mount and, if it is served from a project, those of its
/// images. Content of other repositories is not visible.
/// </summary>
public sealed class RepositoryBlobs(RepositoryStore repositories, IContentStore content, IOnDemandRepositories onDemand, long cacheBytes)
{
    private const long EntryCost = 200;

    // Mostly image configs: opening their files takes longer than sending them.
    private const int SmallBytes = 16 << 10;

    private readonly CoherentCache<(string Repository, Digest Digest), bool> _links = new(cacheBytes / 2);
    private readonly CoherentCache<Digest, byte[]> _small = new(cacheBytes / 2);

    /// <summary>The repositories of the projects. Others may take their place while the server runs.</summary>
    public IOnDemandRepositories OnDemand { get; set; } = onDemand;

    /// <summary>Opens a blob of the repository; null if it has no such blob.</summary>
    public async ValueTask<OpenBlob?> OpenAsync(RepositoryName repository, OciDigest digest, CancellationToken cancellationToken) =>
        repositories.Resolve(digest) is { } sha256 && await HasAsync(repository, sha256, cancellationToken) ? Open(sha256) : null;

    /// <summary>
    /// Keeps a blob for a client that checks whether it must push it. Call this before opening the blob, so that the link is then
    /// looked up in the metadata; see <see cref="Upkeep.AbandonedLinks"/>.
    /// </summary>
    public void Claim(RepositoryName repository, OciDigest digest)
    {
        if (repositories.Resolve(digest) is not { } sha256)
            return;
        content.Claim(sha256);
        _links.Remove((repository.Value, sha256));
    }

    /// <summary>Links a blob in the store to the repository.</summary>
    /// <param name="name">The digest that the client uses.</param>
    public async Task AddAsync(RepositoryName repository, Digest digest, OciDigest name)
    {
        await repositories.AddBlobAsync(repository, digest, name);
        _links.Remove((repository.Value, digest));
    }

    /// <summary>Links a blob of another repository that the caller may pull from.</summary>
    /// <param name="from">The other repository; null searches all of them.</param>
    /// <param name="mayPull">Whether the caller may pull from a repository.</param>
    /// <returns>Whether such a repository was found.</returns>
    public async Task<bool> TryMountAsync(RepositoryName repository, OciDigest digest, RepositoryName? from, Func<RepositoryName, bool> mayPull)
    {
        if (repositories.Resolve(digest) is not { } sha256 || !content.Claim(sha256))
            return false;
        var sources = from is { } named ? [named] : repositories.RepositoriesWith(sha256);
        foreach (var source in sources)
        {
            if (mayPull(source) && await HasAsync(source, sha256, CancellationToken.None))
            {
                await AddAsync(repository, sha256, digest);
                return true;
            }
        }

        return false;
    }

    /// <returns>Whether the blob was linked to the repository.</returns>
    public async Task<bool> RemoveAsync(RepositoryName repository, OciDigest digest)
    {
        if (repositories.Resolve(digest) is not { } sha256)
            return false;
        var removed = await repositories.RemoveBlobAsync(repository, sha256);
        _links.Remove((repository.Value, sha256));
        return removed;
    }

    /// <summary>Clears the cached links after another process has written.</summary>
    public void Clear() => _links.Clear();

    private OpenBlob? Open(Digest digest)
    {
        if (_small.TryGet(digest, out var bytes))
            return new OpenBlob(bytes);
        var version = _small.Version;
        if (content.Open(digest) is not { } reader)
            return null;
        if (reader.Length > SmallBytes)
            return new OpenBlob(reader);
        using (reader)
            bytes = ReadSmall(reader);
        if (bytes is null)
            return null;
        _small.Add(digest, bytes, bytes.Length + EntryCost, version);
        return new OpenBlob(bytes);
    }

    // Null if the blob is corrupt.
    private static byte[]? ReadSmall(ContentReader reader)
    {
        var bytes = GC.AllocateUninitializedArray<byte>((int)reader.Length);
        using var check = reader.BeginCheck();
        for (var at = 0; at < bytes.Length;)
        {
            var read = reader.Read(bytes.AsSpan(at), at);
            if (read == 0)
                throw new EndOfStreamException("An object of the store ended before its length.");
            at += read;
        }

        check?.Append(bytes);
        return check?.Passes() is false ? null : bytes;
    }

    private async ValueTask<bool> HasAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken)
    {
        var key = (repository.Value, digest);
        if (_links.TryGet(key, out _))
            return true;
        var version = _links.Version;
        if (!repositories.HasBlob(repository, digest))
            return OnDemand.Owns(repository) && await OnDemand.HasBlobAsync(repository, digest, cancellationToken);
        _links.Add(key, true, EntryCost, version);
        return true;
    }
}
