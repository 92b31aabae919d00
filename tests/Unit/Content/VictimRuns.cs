using System.Diagnostics;
using Bistro.Builder.Content;
using Bistro.Builder.Files;

namespace Bistro.Unit.Content;

/// <summary>Runs of the victim, a real process that dies by SIGKILL at a chosen step; afterwards its store is opened again.</summary>
internal sealed class VictimRuns : IDisposable
{
    /// <summary>Far more than there are steps: a scenario that never ends is a fault of the test.</summary>
    public const int MostSteps = 100;

    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("bistro-killed-");

    public string Directory => _directory.FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="scenario">What the victim is at.</param>
    /// <param name="prepare">Fills its store before.</param>
    /// <param name="check">Looks at the store afterwards, with what was acknowledged.</param>
    /// <returns>The number of the first step that was not reached.</returns>
    public async Task<int> KillAtEachStepAsync(string scenario, Func<ContentStore, Task> prepare, Func<ContentStore, IReadOnlyList<string>, Task> check)
    {
        for (var step = 1; step <= MostSteps; step++)
        {
            var root = Path.Combine(Directory, $"{scenario}{step}");
            using (var fresh = ContentStore.Create(root))
                await prepare(fresh);
            var (lines, exitCode) = await RunVictimAsync(scenario, root, step);
            using (var store = ContentStore.Create(root))
            {
                Assert.Equal(["lock", Path.GetFileName(store.Temporary.Root)], System.IO.Directory.EnumerateFileSystemEntries(store.Layout.Temporary).Select(Path.GetFileName).OrderDescending());
                await check(store, lines);
            }
            if (exitCode == 0)
                return step;
            Assert.Equal(128 + 9, exitCode);
        }
        return MostSteps + 1;
    }

    private static async Task<(IReadOnlyList<string> Lines, int ExitCode)> RunVictimAsync(string scenario, string root, int step)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "Bistro.Victim.dll"), scenario, root, $"{step}" })
            start.ArgumentList.Add(argument);
        using var victim = Process.Start(start)!;
        var output = await victim.StandardOutput.ReadToEndAsync(Token);
        await victim.WaitForExitAsync(Token);
        return (output.Split('\n', StringSplitOptions.RemoveEmptyEntries), victim.ExitCode);
    }

    public void Dispose() => DirectoryRemoval.Remove(Directory);
}
