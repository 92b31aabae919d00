using System.Collections.Immutable;
using Bistro.Model.Content;

namespace Bistro.Builder.Sandbox;

/// <summary>Runs commands on trees: trees in, trees out. Callers do not know whether it runs here or on a cluster.</summary>
public interface ISandbox
{
    /// <exception cref="SandboxException">The sandbox itself could not run. A command that fails is a result.</exception>
    Task<SandboxResult> RunAsync(SandboxRequest request, CancellationToken cancellationToken);
}

/// <summary>The commands to run and the trees to run them on. Equal requests give equal results.</summary>
public sealed record SandboxRequest
{
    /// <summary>Trees laid over one another, in staging order.</summary>
    public required ImmutableArray<StagedTree> Trees { get; init; }

    /// <summary>Run one after the other in one sandbox; the first failure ends the run.</summary>
    public required ImmutableArray<SandboxCommand> Commands { get; init; }

    /// <summary>The whole environment of a command.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>Absolute; created if absent.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Absolute directories that commands may write to, created if absent. <c>/</c> makes the whole root writable.</summary>
    public required ImmutableArray<string> WritableDirectories { get; init; }

    /// <summary>Absolute directories, writable or below a writable one, that are captured after the run, in this order.</summary>
    public required ImmutableArray<string> Outputs { get; init; }

    /// <summary>The user and group that commands run as inside; BuildStream's default is 0 and 0.</summary>
    public int UserId { get; init; }

    public int GroupId { get; init; }

    /// <summary>The architecture of the commands, by its canonical name: <c>x86-64</c>.</summary>
    public string Architecture { get; init; } = "x86-64";

    /// <summary>Receives the commands' output as it comes.</summary>
    public Stream? Log { get; init; }
}

/// <summary>A tree at an absolute path of the sandbox.</summary>
public sealed record StagedTree(string Path, Digest Tree);

/// <summary>One command.</summary>
/// <param name="Arguments">The program and its arguments; shell text is <c>sh -e -c TEXT</c>.</param>
/// <param name="Label">Its name in logs and errors.</param>
public sealed record SandboxCommand(ImmutableArray<string> Arguments, string Label)
{
    /// <summary>Replaces the request's environment; null keeps that.</summary>
    public ImmutableArray<KeyValuePair<string, string>>? Environment { get; init; }

    /// <summary>Replaces the request's directory, and exists already; null keeps that.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>What the command is a part of: <c>build-commands</c>, <c>integration-commands</c>, …</summary>
    public string Phase { get; init; } = "commands";

    /// <summary>Text for the shell, which stops at the first command that fails.</summary>
    public static SandboxCommand Shell(string text) => new(["sh", "-e", "-c", text + "\n"], text);
}

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">Of the last command that ran; 0 when there was none.</param>
/// <param name="FailedCommand">The index of the command that failed, or null.</param>
/// <param name="Outputs">The root digests of the captured trees, in the order asked for; empty when a command failed.</param>
public sealed record SandboxResult(int ExitCode, int? FailedCommand, ImmutableArray<Digest> Outputs);
