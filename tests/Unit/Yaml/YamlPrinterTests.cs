using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Yaml;

/// <summary>What <c>bst show --format '%{public}'</c> printed of the same data.</summary>
public sealed class YamlPrinterTests
{
    [Theory]
    [InlineData("'4'", "4")]
    [InlineData("''", "")]
    [InlineData("'a: b'", "'a: b'")]
    [InlineData("'a #b'", "'a #b'")]
    [InlineData("'-'", "'-'")]
    [InlineData("'-x'", "-x")]
    [InlineData("'?x'", "?x")]
    [InlineData("it''s", "it''s")]
    [InlineData("\"'q'\"", "\"'q'\"")]
    [InlineData("'@x'", "'@x'")]
    [InlineData("'...'", "'...'")]
    [InlineData("\"line1\\nline2\"", "\"line1\\nline2\"")]
    [InlineData("\"a\\tb\"", "\"a\\tb\"")]
    [InlineData("\"\\x01x\"", "\"\\x01x\"")]
    [InlineData("'x:y'", "x:y")]
    public void A_text_is_quoted_only_where_it_must_be(string written, string printed)
    {
        var read = YamlReader.Read(new SourceFile("a", null), $"k: {written}");
        Assert.Equal(printed.Length == 0 ? "k:\n" : $"k: {printed}\n", YamlPrinter.Print(read));
    }

    [Fact]
    public void Lists_stand_at_the_column_of_what_holds_them()
    {
        const string Printed = """
            l:
            - a
            - - b
              - c
            - x: y
              z:
              - 1
            - []
            - {}
            ? "multi\nkey"
            : 3
            em: {}

            """;
        var read = YamlReader.Read(new SourceFile("a", null), "l: [a, [b, c], {x: y, z: [1]}, [], {}]\n\"multi\\nkey\": 3\nem: {}\n");
        Assert.Equal(Printed.ReplaceLineEndings("\n"), YamlPrinter.Print(read));
    }

    [Fact]
    public void An_empty_item_keeps_the_blank_behind_its_dash()
    {
        var read = YamlReader.Read(new SourceFile("a", null), "l: ['', a, [''], {b: ''}]\nm: ''\n");
        Assert.Equal("l:\n- \n- a\n- - \n- b:\nm:\n", YamlPrinter.Print(read));
    }
}
