using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.OnDemand;

/// <summary>
/// The repositories whose images are built on demand. Every other repository is an ordinary one. Answers that need no build come back
/// completed.
/// </summary>
public interface IOnDemandRepositories
{
    /// <summary>Whether the name falls under a project. Such a repository takes no pushes except referrers.</summary>
    bool Owns(RepositoryName repository);

    /// <summary>
    /// Finds or builds the image. Waits at most <see cref="OnDemandRequest.Patience"/>. The token ends only the waiting:
    /// a build that has begun continues for the next request.
    /// </summary>
    ValueTask<OnDemandAnswer> ResolveAsync(OnDemandRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Rebuilds something that the repository has served before and the store no longer has: a tag's image, or a manifest or blob by
    /// its digest. Found means that it is there again under the same digest; any other answer says why it is not.
    /// </summary>
    ValueTask<OnDemandAnswer> RestoreAsync(OnDemandRequest request, CancellationToken cancellationToken);

    /// <summary>The repository's tags, or why there are none.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="patience">How long the client waits.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<OnDemandTags> ListTagsAsync(RepositoryName repository, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Whether the digest is a layer, config or manifest of an image that this repository serves or has served.</summary>
    ValueTask<bool> HasBlobAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken);

    /// <summary>The repositories to list in the catalogue, in any order.</summary>
    IReadOnlyCollection<RepositoryName> List();

    /// <summary>Drops what is cached of the metadata, after another process has written.</summary>
    void Clear();
}
