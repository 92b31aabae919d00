using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.OnDemand;

/// <summary>A server without projects: all repositories are ordinary ones.</summary>
public sealed class NoProjects : IOnDemandRepositories
{
    private static readonly OnDemandAnswer NotMine = new OnDemandAnswer.NotMine();

    public bool Owns(RepositoryName repository) => false;

    public ValueTask<OnDemandAnswer> ResolveAsync(OnDemandRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(NotMine);

    public ValueTask<OnDemandAnswer> RestoreAsync(OnDemandRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(NotMine);

    public ValueTask<OnDemandTags> ListTagsAsync(RepositoryName repository, TimeSpan maxWait, CancellationToken cancellationToken) =>
        ValueTask.FromResult<OnDemandTags>(new OnDemandTags.Refused(NotMine));

    public ValueTask<bool> HasBlobAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public IReadOnlyCollection<RepositoryName> List() => [];

    public void Clear()
    {
    }
}
