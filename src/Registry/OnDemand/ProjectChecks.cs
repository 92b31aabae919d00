using Bistro.Registry.Background;

namespace Bistro.Registry.OnDemand;

/// <summary>
/// Looks at the served projects beside the requests, so that mistakes are in the log before anybody pulls: first what their entries
/// in the configuration name, and from then on what changes of their files affect.
/// </summary>
public sealed partial class ProjectChecks(ILogger<ProjectChecks> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HashSet<ProjectImages> _known = [];
    private volatile IReadOnlyList<ProjectImages> _projects = [];

    public BackgroundLoop Loop => new("checks of projects", Interval, RunAsync);

    /// <summary>Replaces the projects that are looked at.</summary>
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
                // The other projects are looked at all the same.
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
