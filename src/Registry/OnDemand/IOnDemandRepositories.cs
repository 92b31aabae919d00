using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.OnDemand;

/// <summary>
/// The repositories whose images are built on demand. All other repositories are ordinary ones. Answers that need no build
/// complete synchronously, without disk access or locks.
/// </summary>
public interface IOnDemandRepositories
{
    /// <summary>Whether the name belongs to a project. Such a repository accepts only pushes of referrers.</summary>
    bool Owns(RepositoryName repository);

    /// <summary>
    /// Finds or builds the image. Waits at most <see cref="OnDemandRequest.Patience"/>; the token cancels only the waiting:
    /// a running build continues for later requests.
    /// </summary>
    ValueTask<OnDemandAnswer> ResolveAsync(OnDemandRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Rebuilds content that the repository has served and that the store no longer has: a tag's image, or a manifest or blob by its
    /// digest. Found means that the same digest is available again; any other answer gives the reason why it is not.
    /// </summary>
    ValueTask<OnDemandAnswer> RestoreAsync(OnDemandRequest request, CancellationToken cancellationToken);

    /// <summary>The repository's tags in any order, or null if the repository does not exist.</summary>
    ValueTask<IReadOnlyCollection<string>?> ListTagsAsync(RepositoryName repository, CancellationToken cancellationToken);

    /// <summary>Whether the digest is a layer, config or manifest of an image that this repository serves or has served.</summary>
    ValueTask<bool> HasBlobAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken);

    /// <summary>The repositories for the catalogue, in any order.</summary>
    IReadOnlyCollection<RepositoryName> List();

    /// <summary>Clears cached metadata after another process has written.</summary>
    void Clear();
}
