namespace Bistro.Registry.OnDemand;

/// <summary>Logs each mistake of a project once for all images, and again when it changes or disappears.</summary>
public sealed partial class ProjectLog(string project, ILogger<ProjectLog> logger)
{
    // Enough for projects under development; the mistakes of other projects are in the responses.
    private const int MostImages = 1_000;

    // The name of the project itself, which no image can have.
    private const string Itself = "";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _mistakes = new(StringComparer.Ordinal);
    private string? _gap;

    /// <summary>The images in which the last lookup found a mistake.</summary>
    public IReadOnlyList<string> BrokenImages
    {
        get
        {
            lock (_lock)
                return [.. _mistakes.Keys.Where(image => image != Itself)];
        }
    }

    /// <summary>Records the result of a lookup.</summary>
    /// <param name="image">The image; null for project.conf.</param>
    /// <param name="mistake">Null if there is none.</param>
    public void Note(string? image, ProjectMistake? mistake)
    {
        image ??= Itself;
        lock (_lock)
        {
            var before = _mistakes.GetValueOrDefault(image);
            if (before == mistake?.ForLog)
                return;
            _mistakes.Remove(image);
            if (mistake is not null)
            {
                if (!_mistakes.ContainsValue(mistake.ForLog))
                    LogMistake(project, mistake.ForLog);
                if (_mistakes.Count < MostImages)
                    _mistakes[image] = mistake.ForLog;
            }
            else if (!_mistakes.ContainsValue(before!))
            {
                LogGone(project, before!.Split('\n')[0]);
            }
        }
    }

    /// <summary>Records why changes of files may be missed; null if none are missed.</summary>
    public void NoteGap(string? gap)
    {
        if (gap == _gap)
            return;
        _gap = gap;
        if (gap is not null)
            LogGap(project, gap);
    }

    [LoggerMessage(LogLevel.Warning, "The project '{Project}' has a mistake. {Mistake}")]
    private partial void LogMistake(string project, string mistake);

    [LoggerMessage(LogLevel.Information, "The project '{Project}' no longer has this mistake: {Mistake}")]
    private partial void LogGone(string project, string mistake);

    [LoggerMessage(LogLevel.Warning, "Not every change in the project '{Project}' is reported: {Gap}. Its files are compared every 2 seconds while images are asked for.")]
    private partial void LogGap(string project, string gap);
}
