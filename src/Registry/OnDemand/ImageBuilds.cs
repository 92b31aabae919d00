using Bistro.Builder.Builds;
using Bistro.Builder.Errors;
using Bistro.Builder.Images;
using Bistro.Builder.Scheduling;
using Bistro.Model.Elements;
using Bistro.Registry.Distribution;

namespace Bistro.Registry.OnDemand;

/// <summary>Builds images for repositories: one run per image however many ask, and it is the server's own.</summary>
public sealed partial class ImageBuilds(Workshop workshop, string storeDirectory, ImageLedger ledger, ILogger<ImageBuilds> logger)
{
    private readonly SingleFlight<(RepositoryName, string), OnDemandAnswer> _running = new();

    /// <summary>The image, or why there is none. It does not throw for a build that failed.</summary>
    public Task<OnDemandAnswer> RunAsync(RepositoryName repository, Element element) =>
        _running.RunAsync((repository, ImageKey.Of(element)), () => Task.Run(() => BuildAsync(repository, element)));

    private async Task<OnDemandAnswer> BuildAsync(RepositoryName repository, Element element)
    {
        try
        {
            var report = await workshop.Scheduler.BuildAllAsync([element], Log, CancellationToken.None);
            if (!report.IsComplete)
                return Failed(report.Failures[0]);
            var image = await workshop.Images.GetAsync(element, workshop.Artifacts.Require(element).Files!.Value.Hash, CancellationToken.None);
            await ledger.RecordAsync(repository, ImageKey.Of(element), image);
            return new OnDemandAnswer.Found(image.Top.Digest, image.Top.MediaType);
        }
        catch (BuildException failure)
        {
            return Failed(failure);
        }
    }

    private OnDemandAnswer.Failed Failed(BuildException failure) => new(new BuildFailure(
        failure.Element,
        failure.Command is { } command ? $"{failure.Message} The command was: {command}" : failure.Message,
        failure.LastLines,
        failure.LogPath is { } log ? Path.GetRelativePath(storeDirectory, log) : null));

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

    [LoggerMessage(LogLevel.Warning, "Failed {Element}: {Message}")]
    private partial void LogFailed(string element, string message);
}
