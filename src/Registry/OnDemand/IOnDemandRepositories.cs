using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.OnDemand;

/// <summary>
/// The repositories whose images are built when they are asked for. The registry serves what these answer; everything
/// that is not theirs is an ordinary repository. Answers that need no build come back completed, without a disk or a lock.
/// </summary>
public interface IOnDemandRepositories
{
    /// <summary>Whether the name falls under a project. Such a repository takes no pushes but referrers.</summary>
    bool Owns(RepositoryName repository);

    /// <summary>
    /// Finds or builds the image. Waits at most <see cref="OnDemandRequest.Patience"/>; the token ends only the waiting:
    /// a build that was begun goes on for whoever asks next.
    /// </summary>
    ValueTask<OnDemandAnswer> ResolveAsync(OnDemandRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Makes something once more that the repository has served before and the store has no longer: a tag's image, or any
    /// manifest or blob by its digest. Found says that it is there again under the very digest; otherwise the answer says why not.
    /// </summary>
    ValueTask<OnDemandAnswer> RestoreAsync(OnDemandRequest request, CancellationToken cancellationToken);

    /// <summary>The repository's tags in any order, or null when there is no such repository.</summary>
    ValueTask<IReadOnlyCollection<string>?> ListTagsAsync(RepositoryName repository, CancellationToken cancellationToken);

    /// <summary>Whether the digest is a layer, config or manifest of an image that this repository serves or has served.</summary>
    ValueTask<bool> HasBlobAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken);

    /// <summary>The repositories to list in the catalogue, in any order.</summary>
    IReadOnlyCollection<RepositoryName> List();

    /// <summary>Forgets what was read of the metadata, after somebody else has written.</summary>
    void Clear();
}
