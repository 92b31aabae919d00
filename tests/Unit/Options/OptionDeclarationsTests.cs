using Bistro.Unit.Yaml;

namespace Bistro.Unit.Options;

public sealed class OptionDeclarationsTests
{
    private const string All = """
        b: {type: bool, description: b, default: False, variable: vb}
        e: {type: enum, description: e, values: [x, y], default: x, variable: ve}
        f: {type: flags, description: f, values: [p, q, r], default: [q, p, q], variable: vf}
        m: {type: element-mask, description: m, variable: vm}
        a: {type: arch, description: a, values: [aarch64, x86_64, amd64], variable: va}
        o: {type: os, description: o, values: [Linux, SunOS], variable: vo}
        quiet: {type: bool, description: not exported, default: True}
        """;

    [Fact]
    public void Defaults_come_from_the_declaration_or_the_machine() => Assert.Equal(
        ["vb=0", "ve=x", "vf=q,p,q", "vm=", "va=x86_64", "vo=Linux"], Exports(""));

    [Fact]
    public void Files_win_over_defaults_and_sort_flags() => Assert.Equal(
        ["vb=1", "ve=y", "vf=p,r", "vm=a.bst,b/c.bst", "va=aarch64", "vo=SunOS"],
        Exports("{b: '1', e: y, f: [r, p], m: [b/c.bst, a.bst], a: aarch64, o: SunOS}"));

    [Fact]
    public void The_command_line_wins_over_files() => Assert.Equal(
        ["vb=1", "ve=x", "vf=p,q", "vm=a.bst", "va=amd64", "vo=Linux"],
        Exports("{b: False, e: y, f: [r], o: SunOS}", "b=True", "e=x", "f= q , p", "m=a.bst", "a=amd64", "o=Linux"));

    [Theory]
    [InlineData("b=1", "Invalid value for boolean option b: '1'")]
    [InlineData("b=TRUE", "Invalid value for boolean option b: 'TRUE'")]
    [InlineData("e=z", "Invalid value for enum option 'e': 'z', valid values are: x, y")]
    [InlineData("f=p,z", "Invalid value for flags option 'f': 'z', valid values are: p, q, r")]
    [InlineData("f=", "Invalid value for flags option 'f': ''")]
    [InlineData("m=gone.bst", "Invalid value for flags option 'm': 'gone.bst'")]
    [InlineData("a=sparc", "Invalid value for arch option 'a': 'sparc'")]
    [InlineData("nope=1", "Unknown option 'nope' specified on the command line")]
    public void A_wrong_value_on_the_command_line_is_refused(string given, string message) =>
        Assert.StartsWith(message, TestYaml.FailureOf(() => TestOptions.Resolve(All, "", given)).Message);

    [Theory]
    [InlineData("b: maybe", "1:4", "Value of 'b' is not of the expected type 'boolean'")]
    [InlineData("e: z", "1:4", "Invalid value for enum option 'e'")]
    [InlineData("f: [z]", "1:4", "Invalid value for flags option 'f'")]
    [InlineData("f: p", "1:4", "Value of 'f' is not of the expected type 'list'")]
    [InlineData("nope: 1", "1:7", "Unknown option 'nope' specified")]
    public void A_wrong_value_in_a_file_is_refused_at_its_place(string file, string place, string message)
    {
        var error = TestYaml.FailureOf(() => TestOptions.Resolve(All, file));
        Assert.Equal($"x.yml:{place}", error.Where.ToString());
        Assert.StartsWith(message, error.Message);
    }

    [Theory]
    [InlineData("a-b: {type: bool, description: d, default: True}", "1:6", "Invalid symbol name for option name: 'a-b'")]
    [InlineData("a: {type: bool, description: d, default: True, variable: 1x}", "1:58", "Invalid symbol name for variable name: '1x'")]
    [InlineData("a: {type: text, description: d}", "1:11", "Value of 'type' should be one of")]
    [InlineData("a: {type: bool, default: True}", "1:4", "Dictionary did not contain expected key 'description'")]
    [InlineData("a: {type: bool, description: d}", "1:4", "Dictionary did not contain expected key 'default'")]
    [InlineData("a: {type: bool, description: d, default: True, values: []}", "1:56", "Unexpected key: values")]
    [InlineData("a: {type: enum, description: d, default: x}", "1:4", "No values specified for enum option 'a'")]
    [InlineData("a: {type: enum, description: d, default: z, values: [x]}", "1:42", "Invalid value for enum option 'a'")]
    [InlineData("a: {type: flags, description: d, default: [z], values: [x]}", "1:43", "Invalid value for flags option 'a'")]
    [InlineData("a: {type: arch, description: d, default: x86_64, values: [x86_64]}", "1:42", "Unexpected key: default")]
    [InlineData("a: {type: arch, description: d, values: [x86_64, pdp11]}", "1:50", "Invalid value for arch option 'a': Unknown architecture: pdp11")]
    public void A_wrong_declaration_is_refused_at_its_place(string declaration, string place, string message)
    {
        var error = TestYaml.FailureOf(() => TestOptions.Load(declaration));
        Assert.Equal($"project.conf:{place}", error.Where.ToString());
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void A_machine_that_the_project_does_not_know_is_refused_unless_the_project_allows_it()
    {
        const string Declaration = "a: {type: arch, description: d, values: [aarch64], variable: v}";
        Assert.Contains("x86-64", TestYaml.FailureOf(() => TestOptions.Resolve(Declaration)).Message);
        Assert.Equal("aarch64", TestOptions.Resolve(Declaration, "", "a=aarch64").Exports[0].Value);
    }

    [Fact]
    public void Options_of_what_is_not_yet_included_can_be_passed_over() => Assert.Empty(
        TestOptions.Load("").Resolve([], [KeyValuePair.Create("later", "1")], ignoreUnknown: true).Values);

    private static IEnumerable<string> Exports(string file, params string[] commandLine) =>
        TestOptions.Resolve(All, file, commandLine).Exports.Select(export => $"{export.Key}={export.Value}");
}
