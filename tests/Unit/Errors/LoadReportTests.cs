using Bistro.Model.Errors;

namespace Bistro.Unit.Errors;

public sealed class LoadReportTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("kind: a\n\tfoo: bar\n", 2, 7, "    2 | \tfoo: bar\n      | \t     ^")]
    [InlineData("a: 😀b\n", 1, 5, "    1 | a: 😀b\n      |     ^")]
    [InlineData("a: \u001b[31m\n", 1, 1, "    1 | a: ?[31m\n      | ^")]
    public void The_line_is_quoted_with_a_marker_under_the_place(string text, int line, int column, string quoted)
    {
        File.WriteAllText(_path, text);
        Assert.Equal($"x.bst:{line}:{column}: Wrong\n{quoted}", Describe(line, column));
    }

    [Fact]
    public void A_long_line_is_quoted_around_the_place()
    {
        File.WriteAllText(_path, new string('a', 5000) + "!" + new string('b', 5000));
        var lines = Describe(1, 5001).Split('\n');
        Assert.True(lines[1].Length < 200);
        Assert.Equal('!', lines[1][lines[2].IndexOf('^')]);
    }

    [Fact]
    public void A_place_that_is_gone_is_only_named() => Assert.Equal("x.bst:7:1: Wrong", Describe(7, 1));

    [Fact]
    public void Mistakes_are_reported_in_the_order_of_their_places()
    {
        var errors = new LoadErrors();
        errors.Add(LoadErrorReason.InvalidData, new Provenance(new SourceFile("b", null), 1, 1), "second");
        errors.Add(LoadErrorReason.InvalidData, new Provenance(new SourceFile("a", null), 2, 1), "first");
        errors.Add(LoadErrorReason.InvalidData, new Provenance(new SourceFile("b", null), 1, 1), "second");
        Assert.Equal("a:2:1: first\nb:1:1: second", LoadReport.Describe(Assert.Throws<LoadException>(errors.ThrowIfAny)));
    }

    [Fact]
    public void Of_very_many_mistakes_the_first_hundred_are_shown()
    {
        var errors = new LoadErrors();
        for (var line = 500; line > 0; line--)
            errors.Add(LoadErrorReason.InvalidData, new Provenance(new SourceFile("a", null), line, 1), "Wrong");
        var shown = Assert.Throws<LoadException>(errors.ThrowIfMany).Errors;
        Assert.Equal(101, shown.Length);
        Assert.Equal("a:100:1: Wrong", shown[99].ToString());
        Assert.Equal("There are more mistakes than these", shown[100].ToString());
    }

    [Fact]
    public void Lines_are_found_in_any_order() => Assert.Equal(
        $"{Describe(2, 1)}\n{Describe(1, 1)}",
        LoadReport.Describe(new LoadException([Wrong(2, 1), Wrong(1, 1)])));

    private string Describe(int line, int column) => LoadReport.Describe(new LoadException([Wrong(line, column)]));

    private LoadError Wrong(int line, int column) =>
        new(LoadErrorReason.InvalidData, new Provenance(new SourceFile("x.bst", _path), line, column), "Wrong");
}
