using Bistro.Registry.Commands;

namespace Bistro.Unit.Commands;

public sealed class OptionPairsTests
{
    [Fact]
    public void An_option_and_its_value_become_one_word() =>
        Assert.Equal(["show", "-o", "arch=aarch64", "hello.bst"], OptionPairs.Join(["show", "-o", "arch", "aarch64", "hello.bst"]));

    [Fact]
    public void What_stands_behind_two_dashes_is_left_alone() =>
        Assert.Equal(["shell", "a.bst", "--", "sh", "-o", "pipefail", "-c"], OptionPairs.Join(["shell", "a.bst", "--", "sh", "-o", "pipefail", "-c"]));

    [Fact]
    public void A_later_value_of_an_option_wins() =>
        Assert.Equal("b=c", OptionPairs.Split(["x=a", "x=b=c"])["x"]);
}
