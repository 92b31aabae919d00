using System.Text;

namespace Bistro.Builder.Errors;

/// <summary>
/// A failed build as people read it, the same wherever it appears: the element, its project, the cause, the command, the log's last lines,
/// and where the whole log is.
/// </summary>
/// <param name="Element">The element's full name.</param>
/// <param name="Reason">One sentence: what failed, and its exit code.</param>
/// <param name="LogTail">The log's last lines, oldest first.</param>
/// <param name="LogName">What names the whole log to a person who may read it, or null when there is none.</param>
public sealed record BuildFailure(string Element, string Reason, IReadOnlyList<string> LogTail, string? LogName)
{
    private const int MostBytes = 8192;
    private const int LongestPart = 400;
    private const int LongestReason = 2000;

    /// <summary>The name of the element's project; null where it is not known.</summary>
    public string? Project { get; init; }

    /// <summary>The command that failed, as written; null when none did.</summary>
    public string? Command { get; init; }

    /// <summary>Describes a failure.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="nameLog">Turns the log's path into the name that the reader knows; by default the path itself.</param>
    public static BuildFailure Of(BuildException failure, Func<string, string>? nameLog = null) => new(
        failure.Element, failure.Message, failure.LastLines, failure.LogPath is { } log ? nameLog?.Invoke(log) ?? log : null)
    {
        Project = failure.Project,
        Command = failure.Command,
    };

    /// <summary>The text of several lines: at most 8 KiB of UTF-8, without control characters but line ends.</summary>
    /// <param name="causeLines">Maximum number of lines of the cause.</param>
    public string ToMessage(int causeLines = int.MaxValue)
    {
        // The end says where the log is: it stays when the rest is too long.
        var end = LogName is null ? "" : Append(new StringBuilder("\nThe whole log: "), LogName, LongestPart).ToString();
        var text = Append(new StringBuilder(), $"{Element}{(Project is null ? "" : $" (project {Project})")}", LongestPart);
        foreach (var (index, line) in Cause.Split('\n').Take(Math.Max(causeLines, 1)).Index())
            Append(text.Append(index == 0 ? ": " : "\n  "), line, LongestReason);
        if (Command is not null)
            Append(text.Append("\nThe command was: "), Command.ReplaceLineEndings(" "), LongestPart);
        foreach (var line in LogTail)
            Append(text.Append("\n  "), line, LongestPart);
        return Fit(text.ToString(), MostBytes - Encoding.UTF8.GetByteCount(end)) + end;
    }

    /// <summary>One line of printable ASCII: the element, the cause and where the log is.</summary>
    /// <param name="longest">Characters.</param>
    public string ToLine(int longest)
    {
        var end = LogName is null ? "" : Ascii($" Log: {LogName}");
        if (end.Length > longest / 2)
            end = "";
        var start = Ascii($"{Element}: {Cause}");
        var room = longest - end.Length;
        return (start.Length <= room ? start : $"{start[..(room - 3)]}...") + end;
    }

    // Most reasons begin with the element.
    private string Cause => Reason.StartsWith($"{Element}: ", StringComparison.Ordinal) ? Reason[(Element.Length + 2)..] : Reason;

    private static string Ascii(string text) => string.Create(text.Length, text, (target, source) =>
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = source[i] switch { '\n' or '\r' or '\t' => ' ', < ' ' or > '~' => '?', var letter => letter };
    });

    private static StringBuilder Append(StringBuilder text, string part, int longest)
    {
        foreach (var rune in part[..Math.Min(part.Length, longest)].EnumerateRunes())
        {
            if (rune.Value == '\t')
                text.Append(' ');
            else if (!Rune.IsControl(rune))
                text.Append(rune.ToString());
        }
        return text;
    }

    private static string Fit(string text, int most)
    {
        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > most)
                break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
