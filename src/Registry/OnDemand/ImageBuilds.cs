using System.Collections.Concurrent;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Coordination;
using Bistro.Builder.Errors;
using Bistro.Builder.Images;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Sandbox;
using Bistro.Builder.Scheduling;
using Bistro.Builder.Upkeep;
using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.OnDemand;

/// <summary>Builds images for repositories. One run per image serves all who ask, and belongs to the server.</summary>
/// <param name="scrubber">Finds and forgets artifacts whose content is not whole.</param>
public sealed partial class ImageBuilds(
    Scheduler scheduler, BubblewrapSandbox sandbox, ElementArtifacts artifacts, ImageProvider provider, Scrubber scrubber, ContentStore content,
    ImageTable images, TimeProvider time, ILogger<ImageBuilds> logger)
{
    private bool _hasWarned;

    // containerd asks with HEAD, and then with GET for the text of the failure. The second request does not build again.
    private static readonly TimeSpan FailuresLast = TimeSpan.FromSeconds(5);
    private const int MostFailures = 1_000;

    private readonly ConcurrentDictionary<(RepositoryName, string), (OnDemandAnswer Answer, DateTimeOffset Until)> _failures = new();
    private readonly SingleFlight<(RepositoryName, string), OnDemandAnswer> _running = new();

    /// <summary>The image, or why there is none. A build that failed is an answer, not an exception.</summary>
    /// <param name="repository">What serves it.</param>
    /// <param name="source">The element whose image is wanted.</param>
    /// <param name="wanted">An object that it must hold; null for any image.</param>
    public Task<OnDemandAnswer> RunAsync(RepositoryName repository, ImageSource source, Digest? wanted)
    {
        var key = (repository, source.Key);
        return _failures.TryGetValue(key, out var failure) && failure.Until > time.GetUtcNow()
            ? Task.FromResult(failure.Answer)
            : _running.RunAsync(key, () => Task.Run(() => BuildAsync(repository, source, wanted)));
    }

    public bool Has(Digest digest) => content.Find(digest) is not null;

    /// <summary>Notes that an image is being pulled, so that others are evicted before it.</summary>
    public void NoteUse(ImageSource source)
    {
        if (artifacts.Find(source.Element) is { } artifact)
            provider.NoteUse(source, artifact.Files!.Value.Hash);
    }

    private async Task<OnDemandAnswer> BuildAsync(RepositoryName repository, ImageSource source, Digest? wanted)
    {
        try
        {
            var image = await MakeAsync(source);
            if (wanted is { } digest && !Has(digest))
            {
                // An artifact is on record that is not whole any more, as after a fault of the disk.
                await scrubber.MendAsync(CancellationToken.None);
                image = await MakeAsync(source);
            }
            await images.RecordAsync(repository, source.Key, image);
            return new OnDemandAnswer.Found(image.Top.Digest, image.Top.MediaType);
        }
        catch (BuildException failure)
        {
            var answer = Failed(failure);
            // A command would fail again; a download may not.
            if (failure.ExitCode is not null)
                Keep((repository, source.Key), answer);
            return answer;
        }
    }

    private async Task<ImageSet> MakeAsync(ImageSource source)
    {
        var report = await scheduler.BuildAllAsync([source.Element], Log, CancellationToken.None);
        if (!report.IsComplete)
            throw report.Failures[0];
        return await provider.GetAsync(source, artifacts.Require(source.Element).Files!.Value.Hash, CancellationToken.None);
    }

    private void Keep((RepositoryName, string) key, OnDemandAnswer answer)
    {
        if (_failures.Count >= MostFailures)
            _failures.Clear();
        _failures[key] = (answer, time.GetUtcNow() + FailuresLast);
    }

    // Clients do not learn where the store is.
    private OnDemandAnswer.Failed Failed(BuildException failure) =>
        new(BuildFailure.Of(failure, log => Path.GetRelativePath(content.Layout.Root, log)));

    // Known after the first sandbox, and logged once.
    private void WarnOfShortage()
    {
        if (sandbox.Shortage is { } shortage && !Interlocked.Exchange(ref _hasWarned, true))
            LogShortage(shortage);
    }

    private void Log(BuildProgress progress)
    {
        switch (progress.State)
        {
            case BuildState.Building:
                LogBuilding(progress.Element.FullName, progress.Counts.ToGo);
                break;
            case BuildState.Built:
                LogBuilt(progress.Element.FullName, progress.Duration.TotalSeconds);
                WarnOfShortage();
                break;
            case BuildState.Failed:
                if (progress.Failure is { } failure)
                    LogFailed(BuildFailure.Of(failure).ToMessage().Replace("\n", " | ", StringComparison.Ordinal));
                break;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Shortage}")]
    private partial void LogShortage(string shortage);

    [LoggerMessage(LogLevel.Information, "Building {Element}, {ToGo} to go")]
    private partial void LogBuilding(string element, int toGo);

    [LoggerMessage(LogLevel.Information, "Built {Element} in {Seconds:F1} s")]
    private partial void LogBuilt(string element, double seconds);

    [LoggerMessage(LogLevel.Warning, "The build failed. {Failure}")]
    private partial void LogFailed(string failure);
}
