using Bistro.Builder.Processes;

namespace Bistro.Unit.Sources;

/// <summary>A real git repository on disk to fetch from; its commits have fixed times, so their hashes are always the same.</summary>
internal sealed class GitRemote(string directory)
{
    private static readonly Tool Git = new("git", "git");
    private int _time = 1_000_000_000;

    public string Url => $"file://{directory}";

    public static async Task<GitRemote> CreateAsync(string directory)
    {
        var remote = new GitRemote(directory);
        await remote.RunAsync("init", "--quiet", "--initial-branch=main");
        return remote;
    }

    public void Write(string path, string text)
    {
        var file = Path.Combine(directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Link(string path, string target) => File.CreateSymbolicLink(Path.Combine(directory, path), target);

    /// <summary>Commits all that is there and returns the commit.</summary>
    public async Task<string> CommitAsync(string message)
    {
        _time += 60;
        await RunAsync("add", "--all");
        await RunAsync("commit", "--quiet", "--allow-empty", "--message", message);
        return await RunAsync("rev-parse", "HEAD");
    }

    public async Task<string> RunAsync(params string[] arguments) => await RunAsync(directory, _time, arguments);

    /// <summary>Runs git in any work tree.</summary>
    public static Task<string> RunInAsync(string directory, params string[] arguments) => RunAsync(directory, 1_000_000_000, arguments);

    private static async Task<string> RunAsync(string directory, int time, string[] arguments)
    {
        var command = new ToolCommand(Git, ["-c", "protocol.file.allow=always", "-c", "safe.directory=*", .. arguments])
        {
            WorkingDirectory = directory,
            Environment =
            [
                new("PATH", Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin"),
                new("HOME", directory),
                new("GIT_AUTHOR_NAME", "A"), new("GIT_AUTHOR_EMAIL", "a@example.org"), new("GIT_AUTHOR_DATE", $"{time} +0000"),
                new("GIT_COMMITTER_NAME", "A"), new("GIT_COMMITTER_EMAIL", "a@example.org"), new("GIT_COMMITTER_DATE", $"{time} +0000"),
            ],
        };
        return (await new ToolRunner(TimeProvider.System).ReadAsync(command, TestContext.Current.CancellationToken)).Trim();
    }
}
