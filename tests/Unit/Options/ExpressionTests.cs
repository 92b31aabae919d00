using Bistro.Model.Errors;
using Bistro.Model.Options;
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
    [InlineData("1 + 2 * 3 - -1 == 8")]
    [InlineData("-7 // 2 == -4 and -7 % 3 == 2")]
    [InlineData("6 / 3 == 2 and yes + yes == 2")]
    [InlineData("arch + '-' == 'x86_64-' and ['b'] + ['a'] == flags")]
    [InlineData("'ab' * 2 == 'abab' and 0 * flags == []")]
    [InlineData("flags[0] == 'b' and flags[-1] == 'a' and arch[1:3] == '86' and flags[:1] == ['b']")]
    [InlineData("flags[7] is undefined")]
    [InlineData("flags ~ '' == \"['b', 'a']\" and (1,) ~ none == '(1,)None'")]
    [InlineData("' a '.strip() == 'a' and arch.split('_') == ['x86', '64']")]
    [InlineData("arch.replace('_', '-') == 'x86-64' and arch.startswith(('a', 'x'))")]
    [InlineData("arch | replace('_', '-') == 'x86-64' and '12' | int == 12 and arch | int == 0")]
    [InlineData("flags | sort == ['a', 'b'] and flags | max == 'b'")]
    [InlineData("3 is odd and 9 is divisibleby 3 and arch is lower and 2 is gt 1")]
    [InlineData("1_000 == 1000 and 00 == 0")]
    [InlineData("not (ghost in [])")]
    [InlineData("no and arch.frobnicate() or yes")]
    [InlineData("yes or yes == not (no)")]
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
    [InlineData("arch.frobnicate()", "no method named 'frobnicate'")]
    [InlineData("arch.lower == 'x86_64'", "expected '('")]
    [InlineData("yes('x')", "cannot be called")]
    [InlineData("1 // 0", "division by zero")]
    [InlineData("1 / 2", "not a whole number")]
    [InlineData("'x' * 100 * 1000", "grows to more than")]
    [InlineData("9999999999999999 * 9999999999999999", "too large")]
    [InlineData("arch - 1", "does not stand between")]
    [InlineData("['a', flags] | sort", "no order")]
    [InlineData("arch[yes:'x']", "not an index of a list")]
    [InlineData("none_set | first", "undefined")]
    [InlineData("(\uff10,)", "unexpected char")]
    [InlineData("0073", "unexpected '73'")]
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
