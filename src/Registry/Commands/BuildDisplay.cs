using System.Globalization;
using Bistro.Builder.Errors;
using Bistro.Builder.Scheduling;

namespace Bistro.Registry.Commands;

/// <summary>How a build is shown.</summary>
public sealed record BuildDisplayOptions
{
    /// <summary>Whether a last line with counts is kept up to date.</summary>
    public bool IsTerminal { get; init; }

    public bool UsesColors { get; init; }

    /// <summary>Whether elements that are fetched, or in the store already, are shown, too.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>Maximum number of lines of the cause of one failure; default 20, as BuildStream's.</summary>
    public int MessageLines { get; init; } = 20;
}

/// <summary>Shows the progress of a build: one line for each element that starts or ends, and on a terminal a last line with counts.</summary>
public sealed class BuildDisplay(TextWriter output, BuildDisplayOptions options, TimeProvider time)
{
    private const string ClearLine = "\r\e[K";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _running = new(StringComparer.Ordinal);
    private (BuildProgress Progress, long At)? _last;

    /// <summary>Receives the same lines, without colors and counts; null for none.</summary>
    public TextWriter? LogFile { get; init; }

    /// <summary>Shows one event.</summary>
    public void Show(BuildProgress progress)
    {
        lock (_gate)
        {
            _last = (progress, time.GetTimestamp());
            Write(progress);
        }
    }

    /// <summary>Updates the clock of the last line while nothing else happens.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            if (!options.IsTerminal || _last is not var (progress, at))
                return;
            output.Write(ClearLine + Counts(progress with { Elapsed = progress.Elapsed + time.GetElapsedTime(at) }));
            output.Flush();
        }
    }

    /// <summary>Replaces the last line with the result.</summary>
    public void Finish(BuildReport report)
    {
        lock (_gate)
        {
            _last = null;
            Write(report);
        }
    }

    private void Write(BuildProgress progress)
    {
        var name = progress.Element.FullName;
        if (progress.State is BuildState.Fetching or BuildState.Building)
            _running[name] = progress.State == BuildState.Fetching ? "fetching" : "building";
        else
            _running.Remove(name);

        if (options.IsTerminal)
            output.Write(ClearLine);
        if (Label(progress.State) is { } label)
        {
            var rest = $" {name}{Duration(progress)}";
            var start = $"[{Clock(progress.Elapsed)}] ";
            output.WriteLine(start + Colored($"{label,-8}", progress.State) + rest);
            LogFile?.WriteLine($"{start}{label,-8}{rest}");
        }
        if (options.IsTerminal)
            output.Write(Counts(progress));
        output.Flush();
    }

    private void Write(BuildReport report)
    {
        if (options.IsTerminal)
            output.Write(ClearLine);
        // Several elements can fail for the same reason, such as a missing tool.
        foreach (var same in report.Failures.GroupBy(failure => failure.Message, StringComparer.Ordinal))
            WriteLine(same.Count() == 1 ? BuildFailure.Of(same.First()).ToMessage(options.MessageLines) : same.Key);
        var counts = report.Counts;
        var failed = counts.Failed == 0 ? "" : $", {counts.Failed} failed";
        WriteLine($"[{Clock(report.Elapsed)}] {counts.Done - counts.Cached} built, {counts.Cached} cached{failed}");
    }

    private void WriteLine(string line)
    {
        output.WriteLine(line);
        LogFile?.WriteLine(line);
    }

    private string Colored(string label, BuildState state)
    {
        var color = state switch
        {
            BuildState.Built => "32",
            BuildState.Failed => "31",
            BuildState.Skipped => "33",
            _ => null,
        };
        return options.UsesColors && color is not null ? $"\e[{color}m{label}\e[0m" : label;
    }

    private string? Label(BuildState state) => state switch
    {
        BuildState.Fetching when options.IsVerbose => "fetching",
        BuildState.Cached when options.IsVerbose => "cached",
        BuildState.Building => "building",
        BuildState.Built => "built",
        BuildState.Failed => "failed",
        BuildState.Skipped => "skipped",
        _ => null,
    };

    private static string Duration(BuildProgress progress) =>
        progress.State is BuildState.Built or BuildState.Failed
            ? string.Create(CultureInfo.InvariantCulture, $" ({progress.Duration.TotalSeconds:F1} s)")
            : "";

    private string Counts(BuildProgress progress)
    {
        var counts = progress.Counts;
        var now = _running.Count == 0 ? "" : ": " + string.Join(", ", _running.Take(3).Select(running => $"{running.Value} {running.Key}"));
        return $"[{Clock(progress.Elapsed)}] {counts.Done} done, {counts.Running} running, {counts.ToGo} to go{now}";
    }

    private static string Clock(TimeSpan elapsed) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)elapsed.TotalMinutes:D2}:{elapsed.Seconds:D2}");
}
