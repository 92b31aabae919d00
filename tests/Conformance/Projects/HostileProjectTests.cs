using Bistro.Conformance.Quickstart;

namespace Bistro.Conformance.Projects;

/// <summary>What is made to do harm ends in the loader's own error, in little memory.</summary>
public sealed class HostileProjectTests
{
    // The garbage collector's heap, in hexadecimal: with the program itself it stays below 256 MB.
    private const string HeapLimit = "A000000";
    private const int LongestMessage = 100_000;

    // Only what hangs is ended.
    private const int Patience = 120_000;

    public static TheoryData<string> Names => [.. HostileProject.All.Keys];

#pragma warning disable xUnit1069 // The tool is ended by the test's token, and its test with it.
    [Theory(Timeout = Patience)]
#pragma warning restore xUnit1069
    [MemberData(nameof(Names))]
    public async Task It_ends_in_an_error_of_the_loader(string name)
    {
        var (project, message) = HostileProject.All[name];
        var folder = Directory.CreateTempSubdirectory("bistro-hostile-");
        try
        {
            project.Write(folder.FullName);
            var outcome = await Tool.RunAsync(
                Checkout.Executable,
                ["-C", folder.FullName, "--store", Path.Combine(folder.FullName, "store"), "show", "app.bst"],
                new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = HeapLimit });
            Assert.Equal(1, outcome.ExitCode);
            Assert.StartsWith(message, outcome.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
            Assert.InRange(outcome.Errors.Length, 1, LongestMessage);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
