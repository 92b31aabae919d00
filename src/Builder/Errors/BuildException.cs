namespace Bistro.Builder.Errors;

/// <summary>A build failed: which element, in which phase, with what exit code, and where its log is.</summary>
public sealed class BuildException(string element, string phase, string message, int? exitCode = null, string? logPath = null)
    : Exception(message)
{
    /// <summary>The element's full name.</summary>
    public string Element { get; } = element;

    /// <summary><c>fetch</c>, <c>stage</c>, <c>integrate</c>, <c>configure-commands</c>, <c>build-commands</c>, <c>assemble</c>, …</summary>
    public string Phase { get; } = phase;

    public int? ExitCode { get; } = exitCode;

    public string? LogPath { get; } = logPath;
}
