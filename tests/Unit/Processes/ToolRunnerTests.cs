using System.Text;
using Bistro.Builder.Processes;

namespace Bistro.Unit.Processes;

public sealed class ToolRunnerTests
{
    private static readonly Tool Shell = new("sh", "dash");
    private readonly ToolRunner _runner = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_missing_program_is_named_with_what_to_install()
    {
        var command = new ToolCommand(new Tool("no-such-bwrap", "bubblewrap", "bubblewrap"), "--version");
        var exception = await Assert.ThrowsAsync<MissingToolException>(() => _runner.RunAsync(command, Token));
        Assert.Equal("bubblewrap (no-such-bwrap) is not installed: apt-get install bubblewrap", exception.Message);
    }

    [Fact]
    public async Task The_exit_code_is_the_program_s_own() =>
        Assert.Equal(7, await _runner.RunAsync(Script("exit 7"), Token));

    [Fact]
    public async Task A_signal_is_an_exit_code_above_128() =>
        Assert.Equal(128 + 9, await _runner.RunAsync(Script("kill -9 $$"), Token));

    [Fact]
    public async Task Output_and_error_have_readers_of_their_own()
    {
        var (output, error) = (new StringBuilder(), new StringBuilder());
        var command = Script("echo one; echo two >&2") with
        {
            Output = OutputReaders.Into(output),
            Error = OutputReaders.Into(error),
        };
        await _runner.RunAsync(command, Token);
        Assert.Equal("one\n", output.ToString());
        Assert.Equal("two\n", error.ToString());
    }

    [Fact]
    public async Task Input_reaches_the_program_whole()
    {
        var bytes = new byte[3_000_000];
        var command = Script("wc -c") with { Input = new MemoryStream(bytes) };
        Assert.Equal("3000000", (await _runner.ReadAsync(command, Token)).Trim());
    }

    [Fact]
    public async Task A_program_that_reads_no_input_is_no_error() =>
        Assert.Equal(0, await _runner.RunAsync(Script("true") with { Input = new MemoryStream(new byte[3_000_000]) }, Token));

    [Fact]
    public async Task Without_input_the_program_reads_nothing() =>
        Assert.Equal("0", (await _runner.ReadAsync(Script("wc -c"), Token)).Trim());

    [Fact]
    public async Task The_environment_is_exactly_the_one_given()
    {
        var command = new ToolCommand(new Tool("env", "coreutils")) with
        {
            Environment = [KeyValuePair.Create("A", "1"), KeyValuePair.Create("B", "two words")],
        };
        Assert.Equal("A=1\nB=two words\n", await _runner.ReadAsync(command, Token));
    }

    [Fact]
    public async Task A_failure_says_what_was_run_and_what_it_printed()
    {
        var exception = await Assert.ThrowsAsync<ToolException>(() => _runner.ReadAsync(Script("echo broken >&2; exit 3"), Token));
        Assert.Equal("'sh -c echo broken >&2; exit 3' failed with exit code 3: broken", exception.Message);
    }

    [Fact]
    public void Credentials_in_a_URL_are_not_quoted()
    {
        var command = new ToolCommand(new Tool("git", "git"), "clone", "https://user:secret@example.org/x.git");
        Assert.Equal("git clone https://example.org/x.git", command.ToString());
    }

    [Fact]
    public async Task A_reader_that_fails_stops_the_program()
    {
        var command = Script("echo x; exec sleep 1000") with
        {
            Output = (_, _) => throw new InvalidDataException("not a tar"),
        };
        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => _runner.RunAsync(command, Token));
        Assert.Equal("not a tar", exception.Message);
    }

    [Fact]
    public async Task Cancelling_ends_the_program_and_its_children()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var lines = new Lines(count: 1, cancel);
        var command = Script("sleep 1000 & echo $!; wait") with { Output = lines.ReadAsync };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _runner.RunAsync(command, cancel.Token));
        Assert.False(IsAlive(int.Parse(lines[0])));
    }

    [Fact]
    public async Task A_program_that_ignores_SIGTERM_is_killed_after_the_grace_period()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var lines = new Lines(count: 1, cancel);
        var command = Script("trap '' TERM; echo $$; while :; do sleep 1000; done") with
        {
            Output = lines.ReadAsync,
            Grace = TimeSpan.FromMilliseconds(50),
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _runner.RunAsync(command, cancel.Token));
        Assert.False(IsAlive(int.Parse(lines[0])));
    }

    [Fact]
    public async Task A_program_may_clean_up_when_it_is_cancelled()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var directory = Directory.CreateTempSubdirectory();
        var lines = new Lines(count: 1, cancel);
        var command = Script("trap 'touch cleaned; exit 1' TERM; echo ready; while :; do sleep 0.01; done") with
        {
            WorkingDirectory = directory.FullName,
            Output = lines.ReadAsync,
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _runner.RunAsync(command, cancel.Token));
        Assert.True(File.Exists(Path.Combine(directory.FullName, "cleaned")));
        directory.Delete(recursive: true);
    }

    private static ToolCommand Script(string text) => new(Shell, "-c", text);

    /// <summary>A killed process may still be a zombie that its new parent has not reaped: that is dead.</summary>
    private static bool IsAlive(int processId)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{processId}/stat");
            return status[status.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Reads lines and cancels after some.</summary>
    private sealed class Lines(int count, CancellationTokenSource cancel)
    {
        private readonly List<string> _lines = [];

        public string this[int index] => _lines[index];

        public async Task ReadAsync(Stream output, CancellationToken cancellationToken)
        {
            using var reader = new StreamReader(output);
            while (_lines.Count < count && await reader.ReadLineAsync(cancellationToken) is { } line)
                _lines.Add(line);
            await cancel.CancelAsync();
        }
    }
}
