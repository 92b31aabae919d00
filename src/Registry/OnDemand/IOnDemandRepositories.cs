using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.OnDemand;

/// <summary>
/// The repositories whose images are built on demand. All other repositories are ordinary ones. Answers that need no build complete
/// synchronously.
/// </summary>
public interface IOnDemandRepositories
{
    /// <summary>Whether the name belongs to a project. Such a repository accepts only pushes of referrers.</summary>
    bool Owns(RepositoryName repository);

    /// <summary>
    /// Finds or builds the image. Waits at most <see cref="OnDemandRequest.MaxWait"/>. The token cancels only the waiting:
    /// a build that has begun continues for the next request.
    /// </summary>
    ValueTask<OnDemandAnswer> ResolveAsync(OnDemandRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Rebuilds something that the repository has served before and the store no longer has: a tag's image, or a manifest or blob by
    /// its digest. Found means that the same digest is available again; any other answer gives the reason why it is not.
    /// </summary>
    ValueTask<OnDemandAnswer> RestoreAsync(OnDemandRequest request, CancellationToken cancellationToken);

    /// <summary>The repository's tags, or the reason why there are none.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="maxWait">The longest time to wait.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<OnDemandTags> ListTagsAsync(RepositoryName repository, TimeSpan maxWait, CancellationToken cancellationToken);

    /// <summary>Whether the digest is a layer, config or manifest of an image that this repository serves or has served.</summary>
    ValueTask<bool> HasBlobAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken);

    /// <summary>The repositories for the catalogue, in any order.</summary>
    IReadOnlyCollection<RepositoryName> List();

    /// <summary>Clears cached metadata after another process has written.</summary>
    void Clear();
}
