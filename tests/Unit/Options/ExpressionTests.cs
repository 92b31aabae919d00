using Bistro.Model.Options;
using Bistro.Model.Yaml;
using Bistro.Unit.Yaml;

namespace Bistro.Unit.Options;

public sealed class ExpressionTests
{
    private static readonly OptionSet Options = TestOptions.Resolve("""
        yes: {type: bool, description: d, default: True}
        no: {type: bool, description: d, default: False}
        arch: {type: arch, description: d, values: [x86_64, aarch64]}
        flags: {type: flags, description: d, values: [a, b, c], default: [b, a]}
        none_set: {type: flags, description: d, values: [a]}
        """);

    [Theory]
    [InlineData("yes")]
    [InlineData("not no")]
    [InlineData("not not yes")]
    [InlineData("yes and not no")]
    [InlineData("no or yes")]
    [InlineData("no and ghost or yes")]
    [InlineData("yes or ghost")]
    [InlineData("not (no or none_set)")]
    [InlineData("arch == 'x86_64'")]
    [InlineData("arch == \"x86_64\"")]
    [InlineData("arch != 'aarch64'")]
    [InlineData("arch in ['x86_64', 'aarch64',]")]
    [InlineData("arch in ('x86_64', \"aarch64\")")]
    [InlineData("arch not in ['i686']")]
    [InlineData("not arch in ('i686',)")]
    [InlineData("arch in 'x86_64 aarch64'")]
    [InlineData("'86' in arch")]
    [InlineData("('a' in flags)")]
    [InlineData("'c' not in flags")]
    [InlineData("flags == ['b', 'a']")]
    [InlineData("flags != ('b', 'a')")]
    [InlineData("flags and yes == True and no == false")]
    [InlineData("yes == 1 and no == 0")]
    [InlineData("1 < 2 <= 2 != 3 >= 3 > 2")]
    [InlineData("arch < 'x87'")]
    [InlineData("arch ~ '-' ~ 1 == 'x86_64-1'")]
    [InlineData("'x86' '_64' == arch")]
    [InlineData("flags | length == 2")]
    [InlineData("arch|upper == 'X86_64'")]
    [InlineData("flags|join(',') == 'b,a'")]
    [InlineData("ghost is not defined and arch is defined")]
    [InlineData("ghost is undefined")]
    [InlineData("ghost | default('x') == 'x'")]
    [InlineData("arch is in ['x86_64']")]
    [InlineData("arch is eq 'x86_64'")]
    [InlineData("none is none and yes is true")]
    [InlineData("arch.startswith('x86')")]
    [InlineData("('a' if yes else 'b') == 'a'")]
    [InlineData(" yes ")]
    [InlineData("yes,")]
    [InlineData("[] or [1]")]
    public void It_holds(string expression) => Assert.True(Options.Holds(expression, Provenance.None));

    [Theory]
    [InlineData("no")]
    [InlineData("not yes")]
    [InlineData("none_set")]
    [InlineData("arch == yes")]
    [InlineData("yes == 'True'")]
    [InlineData("arch in []")]
    [InlineData("''")]
    [InlineData("0")]
    [InlineData("none")]
    [InlineData("1 < 2 < 2")]
    [InlineData("no and ghost")]
    [InlineData("arch == 'x86-64'")]
    public void It_does_not_hold(string expression) => Assert.False(Options.Holds(expression, Provenance.None));

    [Theory]
    [InlineData("ghost", "'ghost' is undefined")]
    [InlineData("not ghost", "'ghost' is undefined")]
    [InlineData("ghost == 'x'", "'ghost' is undefined")]
    [InlineData("yes ===", "unexpected '='")]
    [InlineData("yes ==", "ends too early")]
    [InlineData("", "ends too early")]
    [InlineData("yes no", "unexpected 'no'")]
    [InlineData("(yes", "expected ')'")]
    [InlineData("arch == 'x", "does not end")]
    [InlineData("arch = 'x'", "unexpected '='")]
    [InlineData("yes && no", "unexpected char '&'")]
    [InlineData("arch | frobnicate", "no filter named 'frobnicate'")]
    [InlineData("arch is blue", "no test named 'blue'")]
    [InlineData("arch.strip()", "no method named 'strip'")]
    [InlineData("arch < 3", "no order")]
    [InlineData("3 in 4", "cannot be in")]
    [InlineData("99999999999999999999 == 1", "too large")]
    public void It_is_no_condition(string expression, string cause)
    {
        var error = TestYaml.FailureOf(() => Options.Holds(expression, Provenance.None));
        Assert.StartsWith($"Failed to evaluate expression ({expression}): ", error.Message);
        Assert.Contains(cause, error.Message);
    }

    [Fact]
    public void Deep_and_long_conditions_are_refused()
    {
        Assert.Contains("deep", TestYaml.FailureOf(() => Options.Holds(new string('(', 1000) + "yes", Provenance.None)).Message);
        Assert.Contains("longer", TestYaml.FailureOf(
            () => Options.Holds(string.Concat(Enumerable.Repeat("no or ", 100_000)) + "yes", Provenance.None)).Message);
    }

    [Fact]
    public void A_condition_as_long_as_allowed_is_judged() => Assert.True(
        Options.Holds(string.Concat(Enumerable.Repeat("no or ", 1600)) + "yes", Provenance.None));
}
