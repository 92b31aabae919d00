using Bistro.Builder.Processes;

namespace Bistro.Builder.Sources.Git;

/// <summary>Applies patches with <c>git apply</c>, inside a repository where one was staged or without any.</summary>
internal static class GitPatches
{
    private static readonly Tool Git = new("git", "git");

    /// <exception cref="ToolException">A patch does not apply.</exception>
    public static async Task ApplyAsync(
        SourceStaging staging, string directory, IEnumerable<string> patches, CancellationToken cancellationToken)
    {
        foreach (var patch in patches)
        {
            var command = new ToolCommand(Git, "apply", "--", patch)
            {
                WorkingDirectory = directory,
                // A repository above the scratch directory must not count.
                Environment =
                [
                    new("PATH", Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin"),
                    new("LC_ALL", "C.UTF-8"),
                    new("GIT_CONFIG_NOSYSTEM", "1"),
                    new("GIT_CEILING_DIRECTORIES", Path.GetDirectoryName(directory)!),
                ],
            };
            await staging.Tools.RunLoggedAsync(command, staging.Log, cancellationToken);
        }
    }
}
