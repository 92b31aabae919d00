using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Yaml;

public sealed class MappingReadingTests
{
    private readonly MappingNode _node = TestYaml.Read("text: t\nyes: 'True'\nno: '0'\nten: 10\nmap: {a: b}\nlist: [c, d]\nmixed: [e, {f: g}]\n");

    [Fact]
    public void Members_are_read_by_their_type()
    {
        Assert.Equal("t", _node.Text("text"));
        Assert.True(_node.Bool("yes"));
        Assert.False(_node.Bool("no"));
        Assert.Equal(10, _node.Integer("ten"));
        Assert.Equal("b", _node.Mapping("map").Text("a"));
        Assert.Equal(["c", "d"], _node.Texts("list"));
        Assert.Equal("t", _node.Choice("text", "s", "t"));
    }

    [Fact]
    public void What_is_absent_is_null_or_as_given()
    {
        Assert.Null(_node.OptionalText("gone"));
        Assert.True(_node.Bool("gone", true));
        Assert.Equal(3, _node.Integer("gone", 3));
        Assert.Null(_node.OptionalMapping("gone"));
        Assert.Null(_node.OptionalTexts("gone"));
        Assert.Null(_node.OptionalChoice("gone", "a"));
    }

    [Fact]
    public void A_required_member_that_is_absent_is_said_at_the_mapping() => Expect(
        () => _node.Mapping("map").Text("gone"), "5:6", "Dictionary did not contain expected key 'gone'");

    [Fact]
    public void Another_type_than_expected_is_said_at_the_value()
    {
        Expect(() => _node.Text("list"), "6:7", "Value of 'list' is not of the expected type 'scalar'");
        Expect(() => _node.Mapping("text"), "1:7", "Value of 'text' is not of the expected type 'dict'");
        Expect(() => _node.Sequence("map"), "5:6", "Value of 'map' is not of the expected type 'list'");
        Expect(() => _node.Bool("ten"), "4:6", "Value of 'ten' is not of the expected type 'boolean'");
        Expect(() => _node.Integer("text"), "1:7", "Value of 'text' is not of the expected type 'int'");
        Expect(() => _node.Texts("mixed"), "7:12", "List item is not of the expected type 'scalar'");
        Expect(() => _node.Choice("text", "a", "b"), "1:7", "Value of 'text' should be one of 'a, b'");
    }

    [Fact]
    public void Every_unexpected_key_is_said()
    {
        var node = TestYaml.Read("a: 1\nsauce: 2\nb: 3\nspice: 4\n");
        var errors = Assert.Throws<LoadException>(() => node.ExpectKeys("a", "b")).Errors;
        Assert.Equal(["x.yml:2:8: Unexpected key: sauce", "x.yml:4:8: Unexpected key: spice"], errors.Select(error => error.ToString()));
    }

    [Fact]
    public void Members_are_replaced_in_their_place_and_added_at_the_end()
    {
        var node = TestYaml.Read("a: 1\nb: 2");
        var value = new ScalarNode("3", Provenance.None);
        Assert.Equal("{a: 3, b: 2}", TestYaml.Show(node.With("a", value)));
        Assert.Equal("{a: 1, b: 2, c: 3}", TestYaml.Show(node.With("c", value)));
        Assert.Equal("{b: 2}", TestYaml.Show(node.Without("a")));
        Assert.Same(node, node.Without("c"));
    }

    private static void Expect(Action action, string place, string message)
    {
        var error = TestYaml.FailureOf(action);
        Assert.Equal($"x.yml:{place}", error.Where.ToString());
        Assert.StartsWith(message, error.Message);
    }
}
