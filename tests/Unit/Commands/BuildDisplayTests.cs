using Bistro.Builder.Errors;
using Bistro.Builder.Scheduling;
using Bistro.Registry.Commands;
using Bistro.Unit.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace Bistro.Unit.Commands;

public sealed class BuildDisplayTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void On_a_terminal_the_last_line_counts_and_its_clock_goes_on()
    {
        var display = new BuildDisplay(_output, new BuildDisplayOptions { IsTerminal = true }, _time);
        display.Show(Building("app.bst", seconds: 5));
        Assert.EndsWith("[00:05] building app.bst\n[00:05] 1 done, 1 running, 2 to go: building app.bst", _output.ToString());
        _time.Advance(TimeSpan.FromSeconds(60));
        display.Refresh();
        Assert.EndsWith("\r\e[K[01:05] 1 done, 1 running, 2 to go: building app.bst", _output.ToString());
    }

    [Fact]
    public void In_a_log_there_are_lines_alone()
    {
        var display = new BuildDisplay(_output, new BuildDisplayOptions(), _time);
        display.Show(Building("app.bst", seconds: 5));
        display.Refresh();
        display.Finish(Report());
        Assert.Equal("[00:05] building app.bst\n[00:00] 0 built, 1 cached\n", _output.ToString());
    }

    [Fact]
    public void After_its_end_nothing_is_shown()
    {
        var display = new BuildDisplay(_output, new BuildDisplayOptions { IsTerminal = true }, _time);
        display.Show(Building("app.bst", seconds: 5));
        display.Finish(Report());
        var shown = _output.ToString();
        display.Refresh();
        Assert.Equal(shown, _output.ToString());
    }

    [Fact]
    public void What_all_lack_is_reported_once()
    {
        BuildException[] failures = [new("a.bst", "assemble", "bwrap is missing"), new("b.bst", "assemble", "bwrap is missing"), new("c.bst", "assemble", "c.bst: no")];
        new BuildDisplay(_output, new BuildDisplayOptions(), _time).Finish(new BuildReport(new BuildCounts(3, 0, 0, 0, 3), TimeSpan.Zero, [.. failures]));
        Assert.Equal("bwrap is missing\nc.bst: no\n[00:00] 0 built, 0 cached, 3 failed\n", _output.ToString());
    }

    [Fact]
    public void Verbose_shows_fetched_and_cached_elements_and_the_log_file_has_no_colors()
    {
        var log = new StringWriter { NewLine = "\n" };
        var display = new BuildDisplay(_output, new BuildDisplayOptions { IsVerbose = true, UsesColors = true }, _time) { LogFile = log };
        foreach (var state in new[] { BuildState.Fetching, BuildState.Building, BuildState.Built, BuildState.Cached, BuildState.Failed, BuildState.Skipped })
            display.Show(Building("app.bst", seconds: 5) with { State = state });
        Assert.Equal(
            "[00:05] fetching app.bst\n[00:05] building app.bst\n[00:05] \e[32mbuilt   \e[0m app.bst (0.0 s)\n[00:05] cached   app.bst\n"
            + "[00:05] \e[31mfailed  \e[0m app.bst (0.0 s)\n[00:05] \e[33mskipped \e[0m app.bst\n",
            _output.ToString());
        Assert.Equal(System.Text.RegularExpressions.Regex.Replace(_output.ToString(), "\e\\[[0-9]+m", ""), log.ToString());
    }

    private static BuildProgress Building(string name, int seconds) => new(
        WorkRecorder.Element(name), BuildState.Building, TimeSpan.FromSeconds(seconds), TimeSpan.Zero, new BuildCounts(4, 1, 1, 1, 0), null);

    private static BuildReport Report() => new(new BuildCounts(1, 1, 1, 0, 0), TimeSpan.Zero, []);
}
