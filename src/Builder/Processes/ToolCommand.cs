using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Bistro.Builder.Processes;

/// <summary>Reads what a program prints, to its end, while it runs.</summary>
public delegate Task OutputReader(Stream output, CancellationToken cancellationToken);

/// <summary>One run of a host program: the program, its input, and the readers of its output.</summary>
public sealed partial record ToolCommand(Tool Tool, ImmutableArray<string> Arguments)
{
    public ToolCommand(Tool tool, params IEnumerable<string> arguments)
        : this(tool, [.. arguments])
    {
    }

    /// <summary>Null for the directory that Bistro was started in.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The whole environment; null hands on Bistro's own.</summary>
    public ImmutableArray<KeyValuePair<string, string>>? Environment { get; init; }

    /// <summary>What the program reads from standard input; null for nothing.</summary>
    public Stream? Input { get; init; }

    /// <summary>Who reads standard output; null discards it.</summary>
    public OutputReader? Output { get; init; }

    /// <summary>Who reads standard error; null discards it.</summary>
    public OutputReader? Error { get; init; }

    /// <summary>Between SIGTERM and SIGKILL when the run is cancelled.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gives the program Bistro's own terminal: streams are inherited, <see cref="Input"/>, <see cref="Output"/> and
    /// <see cref="Error"/> are not used, and the program stays in Bistro's session so that it may read the keyboard.
    /// </summary>
    public bool UsesTerminal { get; init; }

    /// <summary>For messages: shortened where it is long, and without the credentials of URLs.</summary>
    public override string ToString()
    {
        var text = UrlCredentials().Replace(string.Join(' ', [Tool.Name, .. Arguments]), "://");
        return text.Length <= 300 ? text : text[..300] + "…";
    }

    [GeneratedRegex("://[^/ ]*@")]
    private static partial Regex UrlCredentials();
}
