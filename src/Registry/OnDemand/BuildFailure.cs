using System.Text;

namespace Bistro.Registry.OnDemand;

/// <summary>A failed build as the person who pulls reads it: element, command, the log's last lines, where the whole log is.</summary>
/// <param name="Element">The element's full name.</param>
/// <param name="Reason">One sentence: the command that failed and its exit code, or what else went wrong.</param>
/// <param name="LogTail">The log's last lines, oldest first; only the last ten are told.</param>
/// <param name="LogName">What names the whole log to a person who may read it, or null when there is none.</param>
public sealed record BuildFailure(string Element, string Reason, IReadOnlyList<string> LogTail, string? LogName)
{
    private const int MaxBytes = 4096;
    private const int MaxLines = 10;
    private const int MaxLineLength = 320;

    /// <summary>The text for an error body: at most 4 KiB of UTF-8, without control characters but line ends.</summary>
    public string ToMessage()
    {
        var text = new StringBuilder();
        // Most reasons name it already.
        AppendPrintable(text, Reason.StartsWith($"{Element}: ", StringComparison.Ordinal) ? Reason : $"{Element}: {Reason}");
        foreach (var line in LogTail.TakeLast(MaxLines))
            AppendPrintable(text.Append("\n  "), line);
        if (LogName is not null)
            AppendPrintable(text.Append("\nThe whole log: "), LogName);
        return Fit(text.ToString());
    }

    private static void AppendPrintable(StringBuilder text, string part)
    {
        foreach (var rune in part[..Math.Min(part.Length, MaxLineLength)].EnumerateRunes())
        {
            if (rune.Value == '\t')
                text.Append(' ');
            else if (!Rune.IsControl(rune))
                text.Append(rune.ToString());
        }
    }

    private static string Fit(string text)
    {
        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes)
                break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
