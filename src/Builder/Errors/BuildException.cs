using System.Collections.Immutable;
using Bistro.Builder.Processes;

namespace Bistro.Builder.Errors;

/// <summary>A build failed: which element, in which phase, by which command, and what it printed last.</summary>
public sealed class BuildException(string element, string phase, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The element's full name.</summary>
    public string Element { get; } = element;

    /// <summary><c>resolve</c>, <c>fetch</c>, <c>stage</c>, <c>integrate</c>, <c>configure-commands</c>, <c>build-commands</c>, <c>assemble</c>, …</summary>
    public string Phase { get; } = phase;

    /// <summary>The name of the element's project; null where it is not known.</summary>
    public string? Project { get; init; }

    /// <summary>The command that failed, as written; null when none did.</summary>
    public string? Command { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>The whole log; null when nothing was logged.</summary>
    public string? LogPath { get; init; }

    /// <summary>The log's last lines, without control characters.</summary>
    public ImmutableArray<string> LastLines { get; init; } = [];

    /// <summary>Something that it needs was evicted from the store before the build could take a lease. The next attempt builds it, too.</summary>
    public bool IsEviction { get; init; }

    /// <summary>The message of a failure outside of the build's commands. It names the element, unless the element is unrelated.</summary>
    public static string Describe(string element, Exception cause) =>
        cause is MissingToolException ? cause.Message : $"{element}: {cause.Message}";
}
