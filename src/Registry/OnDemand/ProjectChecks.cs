using Bistro.Registry.Background;

namespace Bistro.Registry.OnDemand;

/// <summary>
/// Checks the served projects in the background, so that mistakes are logged before a client pulls: first the elements named in the
/// configuration, and later what changes of files affect.
/// </summary>
public sealed partial class ProjectChecks(ILogger<ProjectChecks> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HashSet<ProjectImages> _known = [];
    private volatile IReadOnlyList<ProjectImages> _projects = [];

    public BackgroundLoop Loop => new("checks of projects", Interval, RunAsync);

    /// <summary>Replaces the checked projects.</summary>
    public void Replace(IReadOnlyList<ProjectImages> projects) => _projects = projects;

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        var projects = _projects;
        foreach (var project in projects)
        {
            try
            {
                await CheckAsync(project, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // The other projects are still checked.
                failures.Add(failure);
            }
        }
        _known.IntersectWith(projects);
        if (failures.Count > 0)
            throw new AggregateException(failures);
    }

    private async Task CheckAsync(ProjectImages project, CancellationToken cancellationToken)
    {
        await project.CheckAsync(cancellationToken);
        if (!_known.Add(project))
            return;
        await foreach (var mistake in project.CheckEntryAsync(cancellationToken))
            LogMistake(mistake.ToString());
    }

    [LoggerMessage(LogLevel.Warning, "{Mistake}")]
    private partial void LogMistake(string mistake);
}
