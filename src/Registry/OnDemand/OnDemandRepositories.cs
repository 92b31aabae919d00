using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Builder.Images;
using Bistro.Builder.Images.Layers;
using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.OnDemand;

/// <summary>The served projects as repositories: resolves names to elements and keys to images, and builds missing images.</summary>
public sealed class OnDemandRepositories(IEnumerable<ProjectImages> projects, ImageTable images, ImageBuilds builds, TimeProvider time) : IOnDemandRepositories
{
    private const string Latest = "latest";

    // An image that is pulled is in use; to know that to the hour is enough to evict others first.
    private static readonly TimeSpan UsePrecision = TimeSpan.FromHours(1);

    private readonly ImmutableDictionary<string, ProjectImages> _projects =
        projects.ToImmutableDictionary(project => project.Project.Name, StringComparer.Ordinal);

    /// <summary>What has been answered already, by repository and cache key: the common case asks no database.</summary>
    private readonly ConcurrentDictionary<(RepositoryName, string), (OnDemandAnswer.Found Image, DateTimeOffset Used)> _known = new();

    public bool Owns(RepositoryName repository) => Split(repository) is not null;

    public async ValueTask<OnDemandAnswer> ResolveAsync(OnDemandRequest request, CancellationToken cancellationToken)
    {
        if (Split(request.Repository) is not var (project, image))
            return new OnDemandAnswer.NotMine();
        if (request.Reference is Reference.ByDigest { Digest: var digest })
            return images.FindBlob(request.Repository, digest.Sha256) ?? (OnDemandAnswer)new OnDemandAnswer.Unknown(null);
        var waiting = new Waiting(request.MaxWait, time);
        return await FindAsync(project, image, waiting, cancellationToken) switch
        {
            ImageLookup.Found { Source: var source } when IsTagOf(source, request.Reference.Text) =>
                Find(request.Repository, source) ?? await BuildAsync(request, source, wanted: null, waiting, cancellationToken),
            ImageLookup.Found => OldImage(request) ?? (OnDemandAnswer)new OnDemandAnswer.Unknown(
                $"{request.Repository} has no tag '{request.Reference.Text}': it is built as 'latest', and kept under the cache keys that it was built with"),
            var lookup => Refusal(project, image, lookup),
        };
    }

    public async ValueTask<OnDemandAnswer> RestoreAsync(OnDemandRequest request, CancellationToken cancellationToken)
    {
        if (Split(request.Repository) is not var (project, image))
            return new OnDemandAnswer.NotMine();
        var waiting = new Waiting(request.MaxWait, time);
        var lookup = await FindAsync(project, image, waiting, cancellationToken);
        if (lookup is null or ImageLookup.Unavailable)
            return Refusal(project, image, lookup);
        if (request.Reference is not Reference.ByDigest { Digest: var wanted })
        {
            return lookup is ImageLookup.Found { Source: var current } && IsTagOf(current, request.Reference.Text)
                ? await BuildAsync(request, current, wanted: null, waiting, cancellationToken)
                : new OnDemandAnswer.Unknown($"{request.Repository}:{request.Reference} was evicted, and the project has changed since: only 'latest' can be built.");
        }
        if (images.FindOrigin(request.Repository, wanted.Sha256) is not { } origin)
            return new OnDemandAnswer.Unknown(null);
        if (lookup is not ImageLookup.Found { Source: var source } || source.Key != origin.Key)
        {
            return new OnDemandAnswer.Unknown(
                $"{wanted} was evicted and cannot be built again: the project has changed since it was built under the cache key {origin.Key}.");
        }
        var answer = await BuildAsync(request, source, wanted.Sha256, waiting, cancellationToken);
        if (answer is not OnDemandAnswer.Found)
            return answer;
        return builds.Has(wanted.Sha256) && images.FindBlob(request.Repository, wanted.Sha256) is { } restored
            ? restored
            : new OnDemandAnswer.Unknown(
                $"{wanted} was evicted, and building it again gave other bytes. It was compressed by {origin.Compressor}; this is {LayerWriter.Compressor}.");
    }

    public void Clear() => _known.Clear();

    public async ValueTask<OnDemandTags> ListTagsAsync(RepositoryName repository, TimeSpan maxWait, CancellationToken cancellationToken)
    {
        if (Split(repository) is not var (project, image))
            return new OnDemandTags.Refused(new OnDemandAnswer.NotMine());
        var keys = images.Keys(repository);
        return await FindAsync(project, image, new Waiting(maxWait, time), cancellationToken) switch
        {
            ImageLookup.Found => new OnDemandTags.Listed([Latest, .. keys]),
            ImageLookup.Missing when keys.Count > 0 => new OnDemandTags.Listed([Latest, .. keys]),
            ImageLookup.Missing => new OnDemandTags.Refused(new OnDemandAnswer.Unknown(null)),
            var lookup => new OnDemandTags.Refused(Refusal(project, image, lookup)),
        };
    }

    public ValueTask<bool> HasBlobAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        ValueTask.FromResult(images.FindBlob(repository, digest) is not null);

    public IReadOnlyCollection<RepositoryName> List() =>
    [
        .. from project in _projects.Values
           from image in project.List()
           let name = $"{project.Project.Name}/{image.ToLowerInvariant()}"
           where RepositoryName.TryParse(name, out _)
           select RepositoryName.Parse(name),
    ];

    private (ProjectImages Project, string Image)? Split(RepositoryName repository)
    {
        var slash = repository.Value.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && _projects.TryGetValue(repository.Value[..slash], out var project)
            ? (project, repository.Value[(slash + 1)..])
            : null;
    }

    private static bool IsTagOf(ImageSource source, string tag) => tag == Latest || tag == source.Key;

    private OnDemandAnswer.Found? Find(RepositoryName repository, ImageSource source)
    {
        var key = source.Key;
        var now = time.GetUtcNow();
        if (_known.TryGetValue((repository, key), out var known) && now - known.Used < UsePrecision)
            return known.Image;
        var found = images.Find(repository, key);
        if (found is null)
            return null;
        builds.NoteUse(source);
        _known[(repository, key)] = (found, now);
        return found;
    }

    /// <summary>An image of an earlier state of the project, by its cache key.</summary>
    private OnDemandAnswer.Found? OldImage(OnDemandRequest request) => images.Find(request.Repository, request.Reference.Text);

    /// <returns>Null when the client cannot be kept waiting any longer.</returns>
    private static async Task<ImageLookup?> FindAsync(ProjectImages project, string image, Waiting waiting, CancellationToken cancellationToken)
    {
        var lookup = project.FindAsync(image);
        if (lookup.IsCompletedSuccessfully)
            return await lookup;
        try
        {
            return await lookup.WaitAsync(waiting.Left, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <param name="lookup">Anything but an element; null when the lookup is still running.</param>
    private static OnDemandAnswer Refusal(ProjectImages project, string image, ImageLookup? lookup) => lookup switch
    {
        null => new OnDemandAnswer.StillBuilding(RetryAfter),
        ImageLookup.Unavailable away => new OnDemandAnswer.Unavailable(away.Message, away.RetryAfter),
        ImageLookup.Broken { Mistake: var mistake } => new OnDemandAnswer.Failed(Failure(image, mistake)),
        _ => new OnDemandAnswer.Unknown($"The project '{project.Project.Name}' has no element for '{image}'"),
    };

    /// <param name="request">The request.</param>
    /// <param name="source">The element whose image is wanted.</param>
    /// <param name="wanted">What the image must hold; null for any image.</param>
    /// <param name="waiting">How long the client waits.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    private async Task<OnDemandAnswer> BuildAsync(
        OnDemandRequest request, ImageSource source, Digest? wanted, Waiting waiting, CancellationToken cancellationToken)
    {
        if (!request.MayBuild)
            return new OnDemandAnswer.MayNotBuild();
        try
        {
            return await builds.RunAsync(request.Repository, source, wanted).WaitAsync(waiting.Left, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new OnDemandAnswer.StillBuilding(RetryAfter);
        }
    }

    private static TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(3);

    private static BuildFailure Failure(string image, ProjectMistake mistake) =>
        new(image, "The project is wrong.", mistake.ForClients, LogName: null);

    /// <summary>The time for which one client can be kept waiting, from now on.</summary>
    private readonly struct Waiting(TimeSpan maxWait, TimeProvider time)
    {
        private readonly long _begun = time.GetTimestamp();

        public TimeSpan Left => maxWait - time.GetElapsedTime(_begun) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
