using Bistro.Model.Errors;

namespace Bistro.Unit.Yaml;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("a: b", "{a: b}")]
    [InlineData("# nothing", "{}")]
    [InlineData("", "{}")]
    [InlineData("---\na: b\n...\n", "{a: b}")]
    [InlineData("\ufeffa: b", "{a: b}")]
    [InlineData("a:\nb: ~", "{a: , b: ~}")]
    [InlineData("a:\n- b\n- c: d\n  e: f\n-\n- - g", "{a: [b, {c: d, e: f}, , [g]]}")]
    [InlineData("a:\n  - b\nc: d", "{a: [b], c: d}")]
    [InlineData("{a: b, c: [d, e: f, {g}], h: , i}", "{a: b, c: [d, {e: f}, {g: }], h: , i: }")]
    [InlineData("a: {b: c,\n  d: e}", "{a: {b: c, d: e}}")]
    [InlineData("? a\n: b\n? c", "{a: b, c: }")]
    [InlineData("a: !!str 1", "{a: 1}")]
    [InlineData("%TAG !y! tag:yaml.org,2002:\n---\na: !y!int 1", "{a: 1}")]
    [InlineData("a: https://x.org/y?z#w # comment", "{a: https://x.org/y?z#w}")]
    [InlineData("a : b c  d ", "{a: b c  d}")]
    [InlineData("a: b\n  c\n\n  d", "{a: b c\nd}")]
    [InlineData("a: -x\nb: ?y\nc: :z", "{a: -x, b: ?y, c: :z}")]
    [InlineData("<<: b", "{<<: b}")]
    public void Text_is_read_as_BuildStream_reads_it(string text, string expected) =>
        Assert.Equal(expected, TestYaml.Show(TestYaml.Read(text)));

    [Theory]
    [InlineData("a: 'it''s'", "it's")]
    [InlineData("a: 'b\n  c\n\n  d'", "b c\nd")]
    [InlineData("""a: "\x41\u00e9\U0001F600\\\"b" """, "Aé😀\\\"b")]
    [InlineData("a: \"b\\\n  c  \\\n  d\"", "bc  d")]
    [InlineData("a: \"b \n c\"", "b c")]
    [InlineData("a: |\n  b\n   c\n\n  d\n", "b\n c\n\nd")]
    [InlineData("a: >-\n  b\n  c\n\n  d\n   e\n  f\n", "b c\nd\n e\nf")]
    [InlineData("a: |2\n   b\n", "b")]
    [InlineData("a: |+ # comment\n  b\n\n", "b")]
    [InlineData("a: b\r\n  c", "b c")]
    public void Scalars_are_put_together(string text, string expected) => Assert.Equal(expected, TestYaml.Read(text).Text("a"));

    [Theory]
    [InlineData("a: '  b\t'", "b")]
    [InlineData("a: \"\\n b \\_\\x1c\"", "b")]
    [InlineData("a: |\n\n    b\n\n", "b")]
    public void Values_are_trimmed_as_Python_trims(string text, string expected) =>
        Assert.Equal(expected, TestYaml.Read(text).Text("a"));

    [Fact]
    public void Keys_are_not_trimmed() => Assert.True(TestYaml.Read("' a ': b").Contains(" a "));

    [Fact]
    public void Every_node_says_where_it_stands()
    {
        var root = TestYaml.Read("a:\n  b: [c,\n    'd']\n😀x: e\n");
        var list = root.Mapping("a").Sequence("b");
        Assert.Equal("x.yml:1:1", root.Provenance.ToString());
        Assert.Equal("x.yml:2:3", root.Mapping("a").Provenance.ToString());
        Assert.Equal("x.yml:2:3", root.Mapping("a").Members[0].KeyProvenance.ToString());
        Assert.Equal("x.yml:2:6", list.Provenance.ToString());
        Assert.Equal("x.yml:2:7", list.Items[0].Provenance.ToString());
        Assert.Equal("x.yml:3:5", list.Items[1].Provenance.ToString());
        Assert.Equal("x.yml:4:5", root.Scalar("😀x")!.Provenance.ToString());
    }

    [Theory]
    [InlineData("kind: manual\nvariables: &v {x: y}", "2:12", "Anchors and aliases are disallowed")]
    [InlineData("a: *v", "1:4", "Anchors and aliases are disallowed")]
    [InlineData("kind: manual\nkind: stack", "2:1", "Duplicate key kind")]
    [InlineData("kind: manual\n config: [\n", "2:8", "mapping values are not allowed")]
    [InlineData("a: !secret b", "1:4", "the tag '!secret' is disallowed")]
    [InlineData("- a", "1:1", "a list instead of keys")]
    [InlineData("just text", "1:1", "a text instead of keys")]
    [InlineData("a: b\n---\nc: d\n", "4:1", "more than one document")]
    [InlineData("a: {[b]: c}", "1:5", "a key must be a text")]
    [InlineData("a: [b, c\nd: e", "2:2", "did not find expected ',' or ']' in the list that begins at line 1, column 4")]
    [InlineData("a: 'b\n", "2:1", "unexpected end of the file in the quoted text that begins at line 1, column 4")]
    [InlineData("a: \"\\q\"", "1:5", "unknown escape")]
    [InlineData("a:\n  - c\n d: e", "3:2", "did not find expected key")]
    [InlineData("a:\n\t- b", "2:1", "cannot start a value")]
    [InlineData("a: @b", "1:4", "'@' cannot start a value")]
    [InlineData("a: b\u0001", "1:5", "U+0001 is not allowed")]
    [InlineData("a: !x!y z", "1:4", "undefined tag handle '!x!'")]
    public void What_is_no_project_YAML_is_said_with_its_place(string text, string place, string cause)
    {
        var error = TestYaml.FailureOf(text);
        Assert.Equal(LoadErrorReason.InvalidYaml, error.Reason);
        Assert.Equal($"x.yml:{place}", error.Where.ToString());
        Assert.Contains(cause, error.Message);
    }

    [Theory]
    [InlineData("[\n")]
    [InlineData("{a: ")]
    [InlineData("[")]
    public void Deep_nesting_is_refused(string opening) =>
        Assert.Contains("deep", TestYaml.FailureOf("a: " + string.Concat(Enumerable.Repeat(opening, 10_000))).Message);

    [Fact]
    public void Deep_indentation_is_refused() => Assert.Contains(
        "deep", TestYaml.FailureOf(string.Concat(Enumerable.Range(0, 10_000).Select(depth => new string(' ', depth % 300) + "a:\n"))).Message);

    [Fact]
    public void A_huge_number_of_values_is_refused() =>
        Assert.Contains("values", TestYaml.FailureOf($"a: [{string.Concat(Enumerable.Repeat("b,", 410_000))}]").Message);

    [Fact]
    public void Large_mappings_have_no_key_twice()
    {
        var text = string.Concat(Enumerable.Range(0, 100).Select(number => $"k{number}: v{number}\n"));
        Assert.Equal("v99", TestYaml.Read(text).Text("k99"));
        Assert.Equal("x.yml:101:1", TestYaml.FailureOf(text + "k50: again").Where.ToString());
    }
}
