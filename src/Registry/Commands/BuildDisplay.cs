using System.Globalization;
using Bistro.Builder.Errors;
using Bistro.Builder.Scheduling;

namespace Bistro.Registry.Commands;

/// <summary>Shows the progress of a build: one line for each element that starts or ends, and on a terminal a last line with counts.</summary>
public sealed class BuildDisplay(TextWriter output, bool isTerminal, TimeProvider time)
{
    private const string ClearLine = "\r\e[K";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _running = new(StringComparer.Ordinal);
    private (BuildProgress Progress, long At)? _last;

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
            if (!isTerminal || _last is not var (progress, at))
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

        if (isTerminal)
            output.Write(ClearLine);
        if (Label(progress.State) is { } label)
            output.WriteLine($"[{Clock(progress.Elapsed)}] {label,-8} {name}{Duration(progress)}");
        if (isTerminal)
            output.Write(Counts(progress));
        output.Flush();
    }

    private void Write(BuildReport report)
    {
        if (isTerminal)
            output.Write(ClearLine);
        // Several elements can fail for the same reason, such as a missing tool.
        foreach (var same in report.Failures.GroupBy(failure => failure.Message, StringComparer.Ordinal))
            output.WriteLine(same.Count() == 1 ? BuildFailure.Of(same.First()).ToMessage() : same.Key);
        var counts = report.Counts;
        var failed = counts.Failed == 0 ? "" : $", {counts.Failed} failed";
        output.WriteLine($"[{Clock(report.Elapsed)}] {counts.Done - counts.Cached} built, {counts.Cached} cached{failed}");
    }

    private static string? Label(BuildState state) => state switch
    {
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
