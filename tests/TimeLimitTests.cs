using System.Diagnostics;

namespace Bistro.Testing;

/// <summary>Runs this assembly again with a test that hangs and a limit of one second. Both test assemblies include this class.</summary>
public sealed class TimeLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(Waits_until_it_is_cancelled), "took longer than its limit of 1 s.")]
    [InlineData(nameof(Waits_for_ever), "hangs: it took longer than its limit of 1 s, and did not end when it was cancelled.")]
    public async Task A_test_that_hangs_fails_with_a_message_that_names_it_and_its_limit(string test, string message)
    {
        var name = $"{typeof(TimeLimitTests).FullName}.{test}";
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-noColor", "-explicit", "only", "-method", name])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TEST_TIME_LIMIT"] = "1";
        using var run = Process.Start(start)!;
        var output = await Task.WhenAll(run.StandardOutput.ReadToEndAsync(Token), run.StandardError.ReadToEndAsync(Token));
        await run.WaitForExitAsync(Token);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{name} {message}", string.Concat(output), StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task Waits_until_it_is_cancelled() => await Task.Delay(Timeout.Infinite, Token);

    [Fact(Explicit = true)]
    public void Waits_for_ever()
    {
        using var never = new ManualResetEventSlim();
#pragma warning disable xUnit1051 // It must not end when it is cancelled.
        never.Wait();
#pragma warning restore xUnit1051
    }
}
