using Bistro.Builder.Trees;

namespace Bistro.Unit.Trees;

public sealed class LostAttributesTests : IDisposable
{
    private readonly TreeFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Modes_that_trees_imply_are_not_noted()
    {
        var folder = _fixture.NewDirectory();
        foreach (var mode in new[] { "0644", "0444", "0755", "0555" })
            Write(folder, mode, mode);

        Assert.True((await CaptureAsync(folder)).IsEmpty);
    }

    [Fact]
    public async Task What_becomes_readable_comes_first()
    {
        var folder = _fixture.NewDirectory();
        foreach (var mode in new[] { "0600", "0640", "0664", "1777", "2755", "4755" })
            Write(folder, $"f{mode}", mode);

        var lines = (await CaptureAsync(folder)).Describe().Split('\n')[4..^1];

        Assert.Equal(
            [
                """      - {path: "/f0600", mode: "0600"}  # becomes 0644: every user can read it""",
                """      - {path: "/f0640", mode: "0640"}  # becomes 0644: every user can read it""",
                """      - {path: "/f1777", mode: "1777"}  # becomes 0755""",
                """      - {path: "/f2755", mode: "2755"}  # becomes 0755""",
                """      - {path: "/f4755", mode: "4755"}  # becomes 0755""",
                """      - {path: "/f0664", mode: "0664"}  # becomes 0644""",
            ],
            lines);
    }

    [Fact]
    public async Task The_list_is_bounded()
    {
        var folder = _fixture.NewDirectory();
        for (var number = 0; number < 33; number++)
            Write(folder, $"{number:00}", "0600");

        var lines = (await CaptureAsync(folder)).Describe().Split('\n');

        Assert.Equal("  (13 more)", lines[^2]);
        Assert.Equal(4 + 20 + 2, lines.Length);
        Assert.StartsWith("      - {path: \"/00\"", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_written_as_YAML_that_matches_only_them()
    {
        var folder = _fixture.NewDirectory();
        Write(folder, "a\"[1]*", "0600");

        Assert.Contains("""- {path: "/a\"[[]1][*]", mode: "0600"}""", (await CaptureAsync(folder)).Describe(), StringComparison.Ordinal);
    }

    private static void Write(string folder, string name, string mode)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, name);
        File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32(mode, 8));
    }

    private async Task<LostAttributes> CaptureAsync(string folder)
    {
        var lost = new LostAttributes(folder);
        await _fixture.Trees.CaptureAsync(folder, new CaptureOptions { Lost = lost }, TestContext.Current.CancellationToken);
        return lost;
    }
}
