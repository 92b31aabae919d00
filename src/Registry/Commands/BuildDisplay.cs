using System.Globalization;
using Bistro.Builder.Scheduling;

namespace Bistro.Registry.Commands;

/// <summary>Shows how a build goes: a line for each element that ends, and on a terminal a last line that counts.</summary>
public sealed class BuildDisplay(TextWriter output, bool isTerminal, TimeProvider time)
{
    private const string ClearLine = "\r\e[K";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _running = new(StringComparer.Ordinal);
    private (BuildProgress Progress, long At)? _last;

    /// <summary>Takes one event.</summary>
    public void Show(BuildProgress progress)
    {
        lock (_gate)
        {
            _last = (progress, time.GetTimestamp());
            Write(progress);
        }
    }

    /// <summary>Lets the clock of the last line go on while nothing happens.</summary>
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

    /// <summary>Ends the last line.</summary>
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
        if (Verb(progress.State) is { } verb)
            output.WriteLine($"[{Clock(progress.Elapsed)}] {verb,-8} {name}{Duration(progress)}");
        if (isTerminal)
            output.Write(Counts(progress));
        output.Flush();
    }

    private void Write(BuildReport report)
    {
        if (isTerminal)
            output.Write(ClearLine);
        // What all of them lack is told once.
        foreach (var message in report.Failures.Select(failure => failure.Message).Distinct())
            output.WriteLine(message);
        var counts = report.Counts;
        var failed = counts.Failed == 0 ? "" : $", {counts.Failed} failed";
        output.WriteLine($"[{Clock(report.Elapsed)}] {counts.Done - counts.Cached} built, {counts.Cached} cached{failed}");
    }

    private static string? Verb(BuildState state) => state switch
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
