using Bistro.Builder.Processes;

namespace Bistro.Conformance.Sandbox;

/// <summary>Sandboxes of another process: one that is killed, one of an ordinary user. That process runs tests of this very program.</summary>
public sealed class SandboxProcessTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string MarkVariable = "BISTRO_TEST_MARK";

    private static readonly ToolRunner Tools = new(TimeProvider.System);
    private static readonly Tool Self = new(Environment.ProcessPath!, "");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_server_leaves_no_sandboxed_process()
    {
        var mark = $"{Random.Shared.Next(100_000, 1_000_000)}";
        var server = Tools.RunAsync(
            new ToolCommand(Self, "-method", "*" + nameof(Sleep_in_a_sandbox))
            {
                Environment = [new("PATH", Environment.GetEnvironmentVariable("PATH")!), new(MarkVariable, mark)],
            }, Token);
        await HostProcesses.AppearAsync(mark, Token);
        using (var process = System.Diagnostics.Process.GetProcessById(ParentOf(HostProcesses.With(mark)[0], Path.GetFileName(Environment.ProcessPath!))))
            process.Kill();
        await server;
        await HostProcesses.VanishAsync(mark, Token);
    }

    /// <summary>What the killed server is doing; by itself it has nothing to do.</summary>
    [Fact]
    public async Task Sleep_in_a_sandbox() =>
        await fixture.RunAsync(fixture.Request($"sleep {Environment.GetEnvironmentVariable(MarkVariable) ?? "0"}"));

    [Fact]
    public async Task An_ordinary_user_has_the_same_sandbox()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become an ordinary user; without root the other tests are that already.");
        var exitCode = await Tools.RunAsync(
            new ToolCommand(new Tool("setpriv", "util-linux"), "--reuid", "54321", "--regid", "54321", "--clear-groups",
                Environment.ProcessPath!, "-class", "*" + nameof(SandboxIsolationTests), "-class", "*" + nameof(SandboxTests)),
            Token);
        Assert.Equal(0, exitCode);
    }

    private static int ParentOf(int process, string name)
    {
        while (true)
        {
            var status = File.ReadAllLines($"/proc/{process}/status").ToLookup(line => line.Split(':')[0], line => line[(line.IndexOf(':') + 1)..].Trim());
            if (name.StartsWith(status["Name"].Single(), StringComparison.Ordinal))
                return process;
            process = int.Parse(status["PPid"].Single());
        }
    }
}
