using System.Collections;
using System.Collections.Immutable;
using System.Text;
using Bistro.Builder.Processes;

namespace Bistro.Builder.Sources.Git;

/// <summary>Runs git in one repository, with the user's proxies and logins, without prompts and always in English.</summary>
/// <param name="directory">The repository, bare or a <c>.git</c>.</param>
/// <param name="tools">Starts git.</param>
/// <param name="log">Receives git's messages.</param>
internal sealed class GitRepository(string directory, ToolRunner tools, Stream log)
{
    private const string AllowedProtocols = "GIT_ALLOW_PROTOCOL";

    private static readonly Tool Git = new("git", "git");

    // git rev-parse --local-env-vars: they would select another repository.
    private static readonly ImmutableHashSet<string> Foreign =
    [
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_OBJECT_DIRECTORY", "GIT_DIR",
        "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE",
        "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_COMMON_DIR",
    ];

    private static readonly ImmutableArray<KeyValuePair<string, string>> Surroundings =
    [
        .. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? ""))
            .Where(variable => !Foreign.Contains(variable.Key) && variable.Key is not ("LC_ALL" or "GIT_TERMINAL_PROMPT" or AllowedProtocols)),
        new("LC_ALL", "C.UTF-8"),
        new("GIT_TERMINAL_PROMPT", "0"),
        new(AllowedProtocols, Environment.GetEnvironmentVariable(AllowedProtocols) ?? GitUrl.Protocols),
    ];

    public string Directory { get; } = directory;

    /// <summary>The work tree of commands; null for none.</summary>
    public string? WorkTree { get; init; }

    /// <summary>The index that commands use; null for the repository's own.</summary>
    public string? Index { get; init; }

    public static async Task<GitRepository> CreateAsync(string directory, SourceStaging staging, CancellationToken cancellationToken)
    {
        var repository = new GitRepository(directory, staging.Tools, staging.Log);
        System.IO.Directory.CreateDirectory(directory);
        await repository.RunAsync(["init", "--quiet", "--bare", "--template="], cancellationToken);
        return repository;
    }

    /// <exception cref="ToolException">git is missing or fails.</exception>
    public Task RunAsync(ImmutableArray<string> arguments, CancellationToken cancellationToken) =>
        tools.RunCheckedAsync(Command(arguments), log, cancellationToken);

    /// <exception cref="ToolException">git is missing or fails.</exception>
    public Task<string> ReadAsync(ImmutableArray<string> arguments, CancellationToken cancellationToken) =>
        tools.ReadAsync(Command(arguments), cancellationToken);

    /// <summary>Runs git with input.</summary>
    /// <exception cref="ToolException">git is missing or fails.</exception>
    public Task RunAsync(ImmutableArray<string> arguments, Stream input, OutputReader? output, CancellationToken cancellationToken) =>
        tools.RunCheckedAsync(Command(arguments) with { Input = input, Output = output }, log, cancellationToken);

    /// <summary>Stores an object and returns its id.</summary>
    /// <exception cref="ToolException">git is missing or fails.</exception>
    public async Task<string> HashAsync(string type, string text, CancellationToken cancellationToken)
    {
        var id = new StringBuilder();
        var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await RunAsync(["hash-object", "-w", "-t", type, "--stdin"], content, OutputReaders.Into(id), cancellationToken);
        return id.ToString().Trim();
    }

    /// <summary>Whether git succeeds.</summary>
    /// <exception cref="ToolException">git is missing.</exception>
    public async Task<bool> TryAsync(ImmutableArray<string> arguments, CancellationToken cancellationToken) =>
        await tools.RunAsync(Command(arguments), cancellationToken) == 0;

    private ToolCommand Command(ImmutableArray<string> arguments) => new(Git, arguments)
    {
        WorkingDirectory = WorkTree ?? Directory,
        Environment =
        [
            .. Surroundings,
            new("GIT_DIR", Directory),
            .. WorkTree is null ? [] : new KeyValuePair<string, string>[] { new("GIT_WORK_TREE", WorkTree) },
            .. Index is null ? [] : new KeyValuePair<string, string>[] { new("GIT_INDEX_FILE", Index) },
        ],
    };
}
