namespace Bistro.Builder.Processes;

/// <summary>
/// A program could not be started, or failed where its caller had no other answer. The message is a sentence
/// that a user can act on; a caller that knows the element or source wraps it.
/// </summary>
public sealed class ToolException(string message, Exception? inner = null) : Exception(message, inner)
{
    private const int QuotedErrorLength = 2000;

    /// <param name="command">What was run.</param>
    /// <param name="exitCode">How it ended.</param>
    /// <param name="error">What it printed to standard error.</param>
    public static ToolException Failed(ToolCommand command, int exitCode, string error)
    {
        error = error.Trim();
        if (error.Length > QuotedErrorLength)
            error = "…" + error[^QuotedErrorLength..];
        return new($"'{command}' failed with exit code {exitCode}{(error.Length == 0 ? "." : $": {error}")}");
    }
}
