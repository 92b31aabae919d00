namespace Bistro.Conformance.Quickstart;

/// <summary>The real executable as people type it: main options on either side of the command, what <c>show</c> shows, and mistakes.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly HostProject _host = new();

    public CommandLineTests()
    {
        _host.Write("project/project.conf", """
            name: little
            min-version: 2.0
            element-path: elements
            options:
              colour: {type: enum, values: [red, blue], default: red, variable: colour, description: of the paint}
            """);
        _host.Write("project/elements/paint.bst", "kind: stack\nenvironment: {PAINT: '%{colour} on %{max-jobs}'}\ndepends: [app.bst]\n");
        _host.Write("other.yaml", "store: elsewhere\n");
    }

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("red on 3", "--max-jobs", "3")]
    [InlineData("blue on 1", "-o", "colour", "blue", "--max-jobs", "1")]
    [InlineData("blue on 2", "--option", "colour", "blue", "--max-jobs", "2", "--no-strict", "--builders", "1")]
    public async Task Main_options_precede_or_follow_the_command(string paint, params string[] options)
    {
        string[] project = ["-C", _host.PathOf("project/elements"), .. options];
        string[] command = ["show", "paint.bst", "--deps", "none", "--format", "%{env}"];
        foreach (string[] line in new[] { [.. project, .. command], command.Concat(project).ToArray() })
            Assert.Contains($"PAINT: {paint}\n", (await Tool.RunAsync(Checkout.Executable, line)).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_store_is_the_one_that_is_given_or_that_of_the_configuration()
    {
        string[] build = ["-C", _host.PathOf("project"), "build", "shell.bst", "-c", _host.PathOf("other.yaml")];
        (await Tool.RunAsync(Checkout.Executable, build)).Succeeded();
        Assert.True(Directory.Exists(_host.PathOf("elsewhere/cas")));
        (await Tool.RunAsync(Checkout.Executable, [.. build, "--store", _host.PathOf("given")])).Succeeded();
        Assert.True(Directory.Exists(_host.PathOf("given/cas")));
        (await Tool.RunAsync(Checkout.Executable, build, new Dictionary<string, string> { ["BISTRO_STORE"] = _host.PathOf("of-environment") })).Succeeded();
        Assert.True(Directory.Exists(_host.PathOf("of-environment/cas")));
    }

    [Theory]
    [InlineData("large.bst shell.bst app.bst paint.bst")]
    [InlineData("app.bst large.bst paint.bst shell.bst", "--order", "alpha")]
    [InlineData("large.bst shell.bst app.bst paint.bst", "--order", "stage", "--deps", "all")]
    [InlineData("paint.bst", "--deps", "none")]
    [InlineData("app.bst paint.bst", "-d", "run")]
    [InlineData("shell.bst app.bst paint.bst", "--except", "large.bst")]
    [InlineData("paint.bst", "--except", "app.bst")]
    public async Task Show_selects_and_orders(string expected, params string[] options)
    {
        var shown = (await _host.BistroAsync("store", ["show", "paint.bst", "--format", "%{name}", .. options])).Succeeded();
        Assert.Equal(expected, string.Join(' ', shown.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Show_prints_state_key_and_name()
    {
        (await _host.BistroAsync("store", ["build", "shell.bst"])).Succeeded();
        var lines = (await _host.BistroAsync("store", ["show", "app.bst"])).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Collection(
            lines,
            line => Assert.Matches("^   buildable [0-9a-f]{64} large.bst$", line),
            line => Assert.Matches("^      cached [0-9a-f]{64} shell.bst$", line),
            line => Assert.Matches("^     waiting [0-9a-f]{64} app.bst$", line));
    }

    [Theory]
    [InlineData(2, "Required command was not provided.\nSee: bistro --help\n", "--max-jobs", "1")]
    [InlineData(2, "Unrecognized command or argument 'nonsense'.\nSee: bistro --help\n", "nonsense")]
    [InlineData(2, "Unrecognized command or argument 'nonsense'.\nSee: bistro source --help\n", "source", "nonsense")]
    [InlineData(2, "--max-jobs takes a number above 0, not 'many'\nSee: bistro build --help\n", "build", "--max-jobs", "many")]
    [InlineData(2, "--builders takes a number above 0, not '0'\nSee: bistro build --help\n", "--builders", "0", "build")]
    [InlineData(2, "' >x' is not a valid text format: expected [[fill]align][width][.precision], align one of <>^.\nSee: bistro show --help\n", "show", "--format", "%{name: >x}")]
    [InlineData(1, "Unknown option 'nope' specified on the command line: the project declares colour\n", "-o", "nope", "1", "show", "app.bst", "large.bst")]
    public async Task A_mistake_is_a_sentence(int exitCode, string errors, params string[] line)
    {
        var outcome = await _host.BistroAsync("store", line);
        Assert.Equal((exitCode, errors, ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
    }
}
