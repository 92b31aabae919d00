using System.Text;
using Bistro.Builder.Errors;
using Bistro.Registry.Errors;

namespace Bistro.Unit.Errors;

public sealed class BuildFailureTests
{
    [Fact]
    public void Message_has_element_project_cause_command_last_lines_and_log()
    {
        var failure = BuildFailure.Of(new BuildException("sub.bst:hello.bst", "build-commands", "sub.bst:hello.bst: build-commands failed with exit code 2.")
        {
            Project = "sub",
            Command = "make \\\n  -j 2",
            LastLines = ["cc: error", "make: stop"],
            LogPath = "/store/logs/sub/hello/1.log",
        });
        Assert.Equal(
            """
            sub.bst:hello.bst (project sub): build-commands failed with exit code 2.
            The command was: make \   -j 2
              cc: error
              make: stop
            The whole log: /store/logs/sub/hello/1.log
            """,
            failure.ToMessage());
    }

    [Fact]
    public void Message_names_the_element_once() =>
        Assert.Equal("hello.bst: build-commands failed.", new BuildFailure("hello.bst", "hello.bst: build-commands failed.", [], null).ToMessage());

    [Fact]
    public void Message_keeps_the_lines_of_a_reason() =>
        Assert.Equal("hello.bst: one\n  two", new BuildFailure("hello.bst", "one\ntwo", [], null).ToMessage());

    [Fact]
    public void Message_has_no_control_characters_and_at_most_8_KiB_and_ends_with_the_log()
    {
        var lines = Enumerable.Repeat("\u001b[31m" + new string('€', 1000), 20).ToArray();
        var message = new BuildFailure("hello.bst", "failed", lines, "the log").ToMessage();
        Assert.DoesNotContain('\u001b', message);
        Assert.InRange(Encoding.UTF8.GetByteCount(message), 7000, 8192);
        Assert.EndsWith("\nThe whole log: the log", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_is_printable_ASCII_with_element_cause_and_log() =>
        Assert.Equal(
            "hello.bst: it failed ? twice Log: logs/hello.log",
            new BuildFailure("hello.bst", "it failed \u20ac\ntwice", ["a line"], "logs/hello.log").ToLine(200));

    [Theory]
    [InlineData(10)]
    [InlineData(500)]
    public void Line_that_is_too_long_keeps_the_element_and_the_log(int reason)
    {
        var line = new BuildFailure("hello.bst", new string('x', reason), [], "logs/" + new string('y', 80)).ToLine(200);
        Assert.InRange(line.Length, 100, 200);
        Assert.StartsWith("hello.bst: xxx", line, StringComparison.Ordinal);
        Assert.EndsWith("yyy", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Warning_header_is_one_printable_quoted_line() =>
        Assert.Equal("299 - \"a \\\"b\\\" c?\"", WarningHeader.Format("a \"b\"\nc\u20ac"));
}
