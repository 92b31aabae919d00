using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Images;
using Bistro.Builder.Scheduling;
using Bistro.Builder.Upkeep;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Registry.Names;

namespace Bistro.Registry.OnDemand;

/// <summary>Builds images for repositories: one run per image however many ask, and it is the server's own.</summary>
/// <param name="scrubber">Finds and forgets artifacts whose content is not whole.</param>
public sealed partial class ImageBuilds(
    Scheduler scheduler, ArtifactKeeper artifacts, ImageProvider provider, Scrubber scrubber, ContentStore content, ImageTable images, ILogger<ImageBuilds> logger)
{
    private readonly SingleFlight<(RepositoryName, string), OnDemandAnswer> _running = new();

    /// <summary>The image, or why there is none. It does not throw for a build that failed.</summary>
    /// <param name="repository">What serves it.</param>
    /// <param name="element">The element whose image is wanted.</param>
    /// <param name="wanted">An object that it must hold; null for any image.</param>
    public Task<OnDemandAnswer> RunAsync(RepositoryName repository, Element element, Digest? wanted) =>
        _running.RunAsync((repository, ImageKey.Of(element)), () => Task.Run(() => BuildAsync(repository, element, wanted)));

    public bool Has(Digest digest) => content.Find(digest) is not null;

    /// <summary>Tells that an image is being pulled, so that others are evicted before it.</summary>
    public void NoteUse(Element element)
    {
        if (artifacts.Find(element) is { } artifact)
            provider.NoteUse(element, artifact.Files!.Value.Hash);
    }

    private async Task<OnDemandAnswer> BuildAsync(RepositoryName repository, Element element, Digest? wanted)
    {
        try
        {
            var image = await MakeAsync(element);
            if (wanted is { } digest && !Has(digest))
            {
                // An artifact is on record that is not whole any more, as after a fault of the disk.
                await scrubber.MendAsync(CancellationToken.None);
                image = await MakeAsync(element);
            }
            await images.RecordAsync(repository, ImageKey.Of(element), image);
            return new OnDemandAnswer.Found(image.Top.Digest, image.Top.MediaType);
        }
        catch (BuildException failure)
        {
            return Failed(failure);
        }
    }

    private async Task<ImageSet> MakeAsync(Element element)
    {
        var report = await scheduler.BuildAllAsync([element], Log, CancellationToken.None);
        if (!report.IsComplete)
            throw report.Failures[0];
        return await provider.GetAsync(element, artifacts.Require(element).Files!.Value.Hash, CancellationToken.None);
    }

    private OnDemandAnswer.Failed Failed(BuildException failure) => new(new BuildFailure(
        failure.Element,
        failure.Command is { } command ? $"{failure.Message} The command was: {command}" : failure.Message,
        failure.LastLines,
        failure.LogPath is { } log ? Path.GetRelativePath(content.Layout.Root, log) : null));

    private void Log(BuildProgress progress)
    {
        switch (progress.State)
        {
            case BuildState.Building:
                LogBuilding(progress.Element.FullName, progress.Counts.ToGo);
                break;
            case BuildState.Built:
                LogBuilt(progress.Element.FullName, progress.Duration.TotalSeconds);
                break;
            case BuildState.Failed:
                LogFailed(progress.Element.FullName, progress.Failure?.Message ?? "");
                break;
        }
    }

    [LoggerMessage(LogLevel.Information, "Building {Element}, {ToGo} to go")]
    private partial void LogBuilding(string element, int toGo);

    [LoggerMessage(LogLevel.Information, "Built {Element} in {Seconds:F1} s")]
    private partial void LogBuilt(string element, double seconds);

    [LoggerMessage(LogLevel.Warning, "{Element} is not built. {Message}")]
    private partial void LogFailed(string element, string message);
}
