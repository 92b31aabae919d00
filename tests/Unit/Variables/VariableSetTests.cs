using Bistro.Model.Errors;
using Bistro.Model.Variables;
using Bistro.Unit.Yaml;

namespace Bistro.Unit.Variables;

public sealed class VariableSetTests
{
    [Theory]
    [InlineData("{a: 1}", "1")]
    [InlineData("{a: '%{b}', b: 2}", "2")]
    [InlineData("{a: 'x%{b}-%{c}%{b}', b: '%{c}y', c: 2}", "x2y-22y")]
    [InlineData("{a: '%{}%{1b}%{b c}%%{b}}{', b: 2}", "%{}%{1b}%{b c}%2}{")]
    [InlineData("{a: '%{b_c-D1}', b_c-D1: 2}", "2")]
    [InlineData("{a: '%{b} x', b: ''}", " x")]
    public void References_are_replaced(string variables, string expected) =>
        Assert.Equal(expected, VariableSet.Create(TestYaml.Read(variables)).Find("a"));

    [Fact]
    public void What_is_not_defined_is_null() => Assert.Null(VariableSet.Create(TestYaml.Read("a: '%{gone}'")).Find("b"));

    [Fact]
    public void A_reference_to_what_is_not_defined_is_said_where_it_is_written()
    {
        var variables = VariableSet.Create(TestYaml.Read("a: '%{b}'\nb: c%{gone}\n"));
        var error = TestYaml.FailureOf(() => variables.Find("a"));
        Assert.Equal(LoadErrorReason.UnresolvedVariable, error.Reason);
        Assert.Equal("x.yml:2:4: Reference to undefined variable 'gone'", error.ToString());
        Assert.Equal("y.yml:1:5", TestYaml.PlaceOf(() => variables.Expand(TestYaml.Read("c: ['%{lost}']", "y.yml"))));
    }

    [Fact]
    public void A_circle_is_said_as_a_chain()
    {
        var variables = VariableSet.Create(TestYaml.Read("a: '%{b}'\nb: '%{c}'\nc: x%{d}%{b}\nd: e\n"));
        var error = TestYaml.FailureOf(() => variables.Find("a"));
        Assert.Equal(LoadErrorReason.CircularReferenceVariable, error.Reason);
        Assert.Equal("x.yml:2:4: Circular dependency detected on variable 'b': b -> c -> b", error.ToString());
        Assert.Contains("a -> a", TestYaml.FailureOf(() => VariableSet.Create(TestYaml.Read("a: '%{a}'")).Find("a")).Message);
    }

    [Fact]
    public void Chains_may_be_long()
    {
        var chain = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"v{number}: '%{{v{number + 1}}}'\n"));
        Assert.Equal("end", VariableSet.Create(TestYaml.Read(chain + "v20000: end")).Find("v0"));
    }

    [Fact]
    public void Texts_that_double_are_stopped()
    {
        var bomb = string.Concat(Enumerable.Range(0, 60).Select(number => $"v{number}: '%{{v{number + 1}}}%{{v{number + 1}}}'\n"));
        Assert.Contains("grows", TestYaml.FailureOf(() => VariableSet.Create(TestYaml.Read(bomb + "v60: boom")).Find("v0")).Message);
    }

    [Fact]
    public void A_tree_that_repeats_a_long_text_is_stopped()
    {
        var variables = VariableSet.Create(TestYaml.Read($"long: {new string('x', 1_000_000)}"));
        var tree = TestYaml.Read($"a: [{string.Concat(Enumerable.Repeat("'%{long}',", 100))}]");
        Assert.Contains("grows", TestYaml.FailureOf(() => variables.Expand(tree)).Message);
    }

    [Fact]
    public void Trees_are_expanded_and_shared_where_nothing_changes()
    {
        var variables = VariableSet.Create(TestYaml.Read("a: 1"));
        var tree = TestYaml.Read("{b: ['%{a}', {c: 'x%{a}'}], d: {e: f}}");
        var expanded = variables.Expand(tree);
        Assert.Equal("{b: [1, {c: x1}], d: {e: f}}", TestYaml.Show(expanded));
        Assert.Same(tree["d"], expanded["d"]);
        Assert.Equal("x.yml:1:6", expanded.Sequence("b").Items[0].Provenance.ToString());
    }

    [Fact]
    public void An_override_reaches_everything_that_refers_to_it()
    {
        var project = VariableSet.Create(TestYaml.Read("{prefix: /usr, bindir: '%{prefix}/bin', tool: '%{bindir}/x', lib: lib, name: '%{element-name}'}"));
        var element = project.With(TestYaml.Read("{element-name: a.bst, prefix: /opt, own: '%{tool}'}"));
        Assert.Equal(
            ["prefix=/opt", "bindir=/opt/bin", "tool=/opt/bin/x", "lib=lib", "name=a.bst", "element-name=a.bst", "own=/opt/bin/x"],
            element.Values.Select(variable => $"{variable.Key}={variable.Value}"));
        Assert.Equal("/usr/bin/x", project.Find("tool"));
        Assert.Equal("/opt/bin/x", element.With(TestYaml.Read("lib: lib64")).Find("tool"));
        Assert.Equal("/bin/x", element.With(TestYaml.Read("prefix: ''")).Find("own"));
    }

    [Fact]
    public void Many_overrides_are_laid_over_each_other()
    {
        var variables = VariableSet.Empty;
        for (var layer = 0; layer < 20; layer++)
            variables = variables.With(TestYaml.Read($"{{v{layer}: '{layer}', last: '%{{v{layer}}}', first: '%{{v0}}'}}"));
        Assert.Equal("19", variables.Find("last"));
        Assert.Equal("0", variables.Find("first"));
        Assert.Equal(22, variables.Values.Length);
        Assert.Equal("v0", variables.Values[0].Key);
    }

    [Fact]
    public void Notparallel_means_one_job()
    {
        var project = VariableSet.Create(TestYaml.Read("{max-jobs: '8', make: 'make -j%{max-jobs}'}"));
        Assert.Equal("make -j1", project.With(TestYaml.Read("notparallel: True")).Find("make"));
        Assert.Equal("make -j8", project.With(TestYaml.Read("notparallel: False")).Find("make"));
        Assert.Equal("x.yml:1:14", TestYaml.PlaceOf(() => project.With(TestYaml.Read("notparallel: maybe"))));
    }

    [Theory]
    [InlineData("a: [b]", "1:4")]
    [InlineData("a: {b: c}", "1:4")]
    public void A_variable_is_a_text(string variables, string place) =>
        Assert.Equal($"x.yml:{place}", TestYaml.PlaceOf(() => VariableSet.Create(TestYaml.Read(variables))));
}
