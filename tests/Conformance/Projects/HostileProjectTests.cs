using System.Globalization;
using Bistro.Conformance.Quickstart;

namespace Bistro.Conformance.Projects;

/// <summary>What is made to do harm ends in the loader's own error, in little memory.</summary>
public sealed class HostileProjectTests
{
    private const int MostKilobytes = 256 * 1024;
    private const int LongestMessage = 100_000;

    // Only what hangs is ended.
    private const int TimeoutMilliseconds = 120_000;

    public static TheoryData<string> Names => [.. HostileProject.All.Keys];

#pragma warning disable xUnit1069 // The tool is ended by the test's token, and its test with it.
    [Theory(Timeout = TimeoutMilliseconds)]
#pragma warning restore xUnit1069
    [MemberData(nameof(Names))]
    public async Task It_ends_in_an_error_of_the_loader(string name)
    {
        var (project, message) = HostileProject.All[name];
        var folder = Directory.CreateTempSubdirectory("bistro-hostile-");
        try
        {
            project.Write(folder.FullName);
            var report = Path.Combine(folder.FullName, "peak");
            var outcome = await Tool.RunAsync(
                "dotnet",
                [
                    Path.Combine(AppContext.BaseDirectory, "Bistro.Victim.dll"), "peak", report,
                    Checkout.Executable, "-C", folder.FullName, "--store", Path.Combine(folder.FullName, "store"), "show", "app.bst",
                ]);
            Assert.Equal(1, outcome.ExitCode);
            Assert.StartsWith(message, outcome.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
            Assert.InRange(outcome.Errors.Length, 1, LongestMessage);
            Assert.InRange(int.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture), 1, MostKilobytes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
