using Bistro.Model.Composition;
using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Unit.Options;
using Bistro.Unit.Yaml;

namespace Bistro.Unit.Composition;

public sealed class ConditionsTests
{
    private static readonly OptionSet Options = TestOptions.Resolve("debug: {type: bool, description: d, default: True}");

    [Theory]
    [InlineData("{a: 1, (?): [{debug: {a: 2}}, {not debug: {a: 3}}]}", "{a: 2}")]
    [InlineData("{a: {b: [1], (?): [{debug: {b: {(>): [2]}}}]}}", "{a: {b: [1, 2]}}")]
    [InlineData("{a: [{(?): [{debug: {b: 1}}]}, [{(?): [{debug: {c: 2}}]}]]}", "{a: [{b: 1}, [{c: 2}]]}")]
    [InlineData("{(?): [{debug: {(?): [{debug: {a: 1}}], b: 2}}, {debug: {(?): [{not debug: {c: 3}}]}}]}", "{b: 2, a: 1}")]
    [InlineData("{(?): [{debug: {a: {(?): [{debug: {b: 1}}]}}}]}", "{a: {b: 1}}")]
    [InlineData("{(?): [{not debug: {(!): no}}]}", "{}")]
    [InlineData("{(?): []}", "{}")]
    public void Fragments_whose_condition_holds_are_laid_over(string text, string expected) =>
        Assert.Equal(expected, TestYaml.Show(Conditions.Process(TestYaml.Read(text), Options)));

    [Fact]
    public void What_has_no_conditions_is_passed_on_as_it_is()
    {
        var node = TestYaml.Read("{a: {b: [{c: d}]}, (@): e}");
        Assert.Same(node, Conditions.Process(node, Options));
    }

    [Theory]
    [InlineData("(?):\n- debug: {a: b}\n  not debug: {}", "2:3", LoadErrorReason.InvalidData, "more than one key")]
    [InlineData("(?):\n- debug: [a]", "2:3", LoadErrorReason.IllegalComposite, "Only values of type 'dict'")]
    [InlineData("(?):\n- debug", "2:3", LoadErrorReason.InvalidData, "a dict of one key")]
    [InlineData("(?):\n- {}", "2:3", LoadErrorReason.InvalidData, "a dict of one key")]
    [InlineData("(?):\n- ghost: {a: b}", "2:3", LoadErrorReason.ExpressionFailed, "'ghost' is undefined")]
    [InlineData("(?):\n- debug ===: {a: b}", "2:3", LoadErrorReason.ExpressionFailed, "unexpected '='")]
    [InlineData("(?): {debug: {}}", "1:6", LoadErrorReason.InvalidData, "'(?)' is not of the expected type 'list'")]
    [InlineData("(?):\n- debug:\n    (!): |\n\n      It needs no debug.\n", "3:10", LoadErrorReason.UserAssertion, "It needs no debug.")]
    [InlineData("a: {b: 1}\n(?):\n- debug: {a: [c]}", "3:14", LoadErrorReason.IllegalComposite, "List cannot overwrite")]
    public void A_wrong_condition_is_said_at_its_place(string text, string place, LoadErrorReason reason, string message)
    {
        var error = TestYaml.FailureOf(() => Conditions.Process(TestYaml.Read(text), Options));
        Assert.Equal($"x.yml:{place}", error.Where.ToString());
        Assert.Equal(reason, error.Reason);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Restricted_keys_are_restricted_at_the_root_only()
    {
        Assert.Equal(
            "x.yml:1:26",
            TestYaml.PlaceOf(() => Conditions.Process(TestYaml.Read("(?): [{not debug: {name: x}}]"), Options, "name")));
        Assert.Equal(
            "{a: {name: x}}", TestYaml.Show(Conditions.Process(TestYaml.Read("a: {(?): [{debug: {name: x}}]}"), Options, "name")));
    }
}
