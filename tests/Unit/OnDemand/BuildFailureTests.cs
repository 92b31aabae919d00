using System.Text;
using Bistro.Registry.Errors;
using Bistro.Registry.OnDemand;

namespace Bistro.Unit.OnDemand;

public sealed class BuildFailureTests
{
    [Fact]
    public void Message_contains_element_reason_last_ten_lines_and_log()
    {
        var lines = Enumerable.Range(1, 12).Select(number => $"line {number}").ToArray();
        var message = new BuildFailure("hello.bst", "'make' ended with exit code 2.", lines, "log 42").ToMessage();
        Assert.StartsWith("hello.bst: 'make' ended with exit code 2.\n  line 3\n", message, StringComparison.Ordinal);
        Assert.EndsWith("\n  line 12\nThe whole log: log 42", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_names_the_element_once() =>
        Assert.Equal("hello.bst: build-commands failed.", new BuildFailure("hello.bst", "hello.bst: build-commands failed.", [], null).ToMessage());

    [Fact]
    public void Message_has_no_control_characters_and_at_most_4_KiB()
    {
        var lines = Enumerable.Repeat("\u001b[31m" + new string('€', 1000), 10).ToArray();
        var message = new BuildFailure("hello.bst", "failed", lines, null).ToMessage();
        Assert.DoesNotContain('\u001b', message);
        Assert.InRange(Encoding.UTF8.GetByteCount(message), 3000, 4096);
    }

    [Fact]
    public void Warning_header_is_one_printable_quoted_line() =>
        Assert.Equal("299 - \"a \\\"b\\\" c?\"", WarningHeader.Format("a \"b\"\nc\u20ac"));
}
