using System.CommandLine;

namespace Bistro.Registry.Commands;

/// <summary>The options of <c>bst</c> that say what a command prints. Every command accepts them.</summary>
public sealed class OutputOptions
{
    private const int DefaultMessageLines = 20;

    private readonly Option<bool> _colors = Switch("--colors", "Use colors (default: on a terminal, unless NO_COLOR is set)");
    private readonly Option<bool> _noColors = Switch("--no-colors", "Use no colors");
    private readonly Option<bool> _verbose = Switch("--verbose", "Show also which sources are fetched and which elements are cached");
    private readonly Option<bool> _noVerbose = Switch("--no-verbose", "Show only builds (default)");
    private readonly Option<bool> _debug = Switch("--debug", "Print the stack trace of an error");
    private readonly Option<bool> _noDebug = Switch("--no-debug", "Print only the message of an error (default)");
    private readonly Option<string?> _logFile = new("--log-file")
    {
        Description = "Write the progress of a build to this file, too",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<int?> _messageLines = MainOptions.Number(
        "--message-lines", 0, "Maximum number of lines of one message (default: 20)");

    // Bistro never asks a question. The options are accepted because scripts pass them to bst.
    private readonly Option<bool> _interactive = Switch("--interactive", "Accepted for compatibility with bst; Bistro asks no questions");
    private readonly Option<bool> _noInteractive = Switch("--no-interactive", "Accepted for compatibility with bst; Bistro asks no questions");

    public Option<int?> ErrorLines { get; } = MainOptions.Number(
        "--error-lines", 0, "Maximum number of log lines that are shown for a failed build (default: 20)");

    public IEnumerable<Option> All =>
    [
        ErrorLines, _messageLines, _logFile, _colors, _noColors, _verbose, _noVerbose, _debug, _noDebug, _interactive, _noInteractive,
    ];

    public bool IsDebug(ParseResult command) => command.GetValue(_debug) && !command.GetValue(_noDebug);

    /// <summary>The file of <c>--log-file</c>; null for none.</summary>
    public string? LogFile(ParseResult command) => command.GetValue(_logFile);

    /// <summary>How a build is shown.</summary>
    /// <param name="isTerminal">Whether the output is a terminal.</param>
    public BuildDisplayOptions Display(ParseResult command, bool isTerminal) => new()
    {
        IsTerminal = isTerminal,
        UsesColors = command.GetValue(_colors)
            || (isTerminal && !command.GetValue(_noColors) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))),
        IsVerbose = command.GetValue(_verbose) && !command.GetValue(_noVerbose),
        MessageLines = command.GetValue(_messageLines) ?? DefaultMessageLines,
    };

    private static Option<bool> Switch(string name, string description) => new(name) { Description = description, Recursive = true };
}
