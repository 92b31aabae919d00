using Bistro.Model.Errors;
using Bistro.Model.Yaml;
using Bistro.Model.Yaml.Editing;

namespace Bistro.Unit.Yaml;

public sealed class YamlEditorTests
{
    private const string Element = """
        # An element
        kind: autotools   # the kind

        sources:
        - kind: tar
          url: "https://x.org/a.tar"  # where
          # what was tracked:
          ref: 'old'

        - kind: git
          url: https://x.org/b.git
          # no ref yet

        config:
            build-commands:
            - |
              make

        """;

    [Fact]
    public void A_ref_is_replaced_and_keeps_its_quotes() => Assert.Equal(
        Element.Replace("'old'", "'it''s new'", StringComparison.Ordinal),
        Edited(Element, ["sources", 0, "ref"], "it's new"));

    [Fact]
    public void A_ref_is_added_behind_the_members_of_its_source() => Assert.Equal(
        Element.Replace("b.git\n", "b.git\n  ref: abc\n", StringComparison.Ordinal),
        Edited(Element, ["sources", 1, "ref"], "abc"));

    [Fact]
    public void The_same_value_changes_no_byte() => Assert.Equal(Element, Edited(Element, ["sources", 0, "ref"], "old"));

    [Theory]
    [InlineData("a: {b: c}\n", "a: {b: c, ref: new}\n")]
    [InlineData("a: {b: c, ref: 'x'} # y\n", "a: {b: c, ref: 'new'} # y\n")]
    [InlineData("a: {b: [c], ref: }\n", "a: {b: [c], ref: new}\n")]
    [InlineData("a: {b, ref}\n", "a: {b, ref: new}\n")]
    [InlineData("a: {}\n", "a:\n  ref: new\n")]
    [InlineData("a:\n", "a:\n  ref: new\n")]
    [InlineData("a:\n  b: c", "a:\n  b: c\n  ref: new")]
    [InlineData("a:\n  b: |\n    c\n\n    d\n\n\ne: f\n", "a:\n  b: |\n    c\n\n    d\n  ref: new\n\n\ne: f\n")]
    [InlineData("a:\n    b: 'c\n      d'  # e\n", "a:\n    b: 'c\n      d'  # e\n    ref: new\n")]
    [InlineData("a:\r\n  b: c\r\n", "a:\r\n  b: c\r\n  ref: new\r\n")]
    [InlineData("a:\n  ref:\n  b: c\n", "a:\n  ref: new\n  b: c\n")]
    [InlineData("a:\n  ref: # later\n  b: c\n", "a:\n  ref: new # later\n  b: c\n")]
    [InlineData("a:\n  ref:\n    old\n  b: c\n", "a:\n  ref:\n    new\n  b: c\n")]
    [InlineData("a:\n  ref:\n  - x\n  - y\n  b: c\n", "a:\n  ref: new\n  b: c\n")]
    [InlineData("a:\n  ref: {x: y}\n", "a:\n  ref: new\n")]
    [InlineData("a:\n  ref: |-\n    old\n  b: c\n", "a:\n  ref: new\n  b: c\n")]
    [InlineData("b: c\n", "b: c\na:\n  ref: new\n")]
    [InlineData("", "a:\n  ref: new\n")]
    [InlineData("# nothing yet", "# nothing yet\na:\n  ref: new\n")]
    [InlineData("{}\n", "a:\n  ref: new\n")]
    public void A_text_is_set_in_any_layout(string text, string expected) =>
        Assert.Equal(expected, Edited(text, ["a", "ref"], "new"));

    [Theory]
    [InlineData("a:\n  ref: old\n  b: c\n", "a:\n  ref:\n  - name: x\n    version: '1: 0'\n  - y\n  b: c\n")]
    [InlineData("l:\n  - m\na:\n    ref: {}\n", "l:\n  - m\na:\n    ref:\n      - name: x\n        version: '1: 0'\n      - y\n")]
    [InlineData("a:\n  ref:\n    - old\n    # gone\n    - older\n\n# stays\n", "a:\n  ref:\n    - name: x\n      version: '1: 0'\n    - y\n\n# stays\n")]
    [InlineData("a:\n  ref: [old]\n", "a:\n  ref: [{name: x, version: '1: 0'}, y]\n")]
    [InlineData("a: {b: c}\n", "a: {b: c, ref: [{name: x, version: '1: 0'}, y]}\n")]
    [InlineData("a:\n  ref:\n    k: old\n", "a:\n  ref:\n  - name: x\n    version: '1: 0'\n  - y\n")]
    public void A_list_of_mappings_is_set_in_any_layout(string text, string expected)
    {
        var editor = Open(text);
        editor.Set(["a", "ref"], TestYaml.Read("v: [{name: x, version: '1: 0'}, y]").Sequence("v"));
        Assert.Equal(expected, editor.Text);
    }

    [Fact]
    public void A_file_of_refs_grows()
    {
        var editor = Open("");
        editor.Set(["projects", "p", "b.bst", 0, "ref"], Text("1"));
        editor.Set(["projects", "p", "a.bst", 2, "ref"], Text("2"));
        editor.Set(["projects", "p", "a.bst", 0, "ref"], Text("3"));
        editor.Set(["projects", "q", "c.bst", 0, "ref"], Text("4"));
        editor.Set(["projects", "p", "b.bst", 0, "ref"], Text("5"));
        Assert.Equal(
            """
            projects:
              p:
                b.bst:
                - ref: 5
                a.bst:
                - ref: 3
                - {}
                - ref: 2
              q:
                c.bst:
                - ref: 4

            """,
            editor.Text);
    }

    [Fact]
    public void Members_are_found_by_where_they_were_read_though_the_text_has_changed_since()
    {
        var root = TestYaml.Read(Element);
        var sources = root.Sequence("sources").Mappings();
        var editor = Open(Element);
        editor.SetMember(sources[0], "ref", TestYaml.Read("v: {a: b, c: d}").Mapping("v"));
        editor.SetMember(sources[1], "ref", Text("abc"));
        Assert.Contains("  ref:\n      a: b\n      c: d\n\n- kind: git\n  url: https://x.org/b.git\n  ref: abc\n", editor.Text);
    }

    [Theory]
    [InlineData("a: x\n")]
    [InlineData("? a\n")]
    [InlineData("a: [b]\n")]
    public void What_cannot_be_changed_safely_is_left_alone(string text)
    {
        var editor = Open(text);
        Assert.Contains("by hand", TestYaml.FailureOf(() => editor.Set(["a", "ref"], Text("new"))).Message);
        Assert.Equal(text, editor.Text);
    }

    private static string Edited(string text, ReadOnlySpan<YamlStep> path, string value)
    {
        var editor = Open(text);
        editor.Set(path, Text(value));
        return editor.Text;
    }

    private static YamlEditor Open(string text) => new(new SourceFile("x.yml", null), text);

    private static ScalarNode Text(string value) => new(value, Provenance.None);
}
