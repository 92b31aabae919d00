using System.Text;

namespace Bistro.Builder.Sandbox;

/// <summary>
/// The commands of a run as one shell script, so that they share a sandbox as in BuildStream: files in <c>/tmp</c> and background
/// processes of one command are there for the next. The shell reads the script from its input, which has no length limit.
/// </summary>
internal static class CommandScript
{
    // The script reports on standard error, apart from the commands. Their two streams are one, which keeps their output in order.
    private const int StatusDescriptor = 3;
    private const string FailureMark = "bistro: command failed:";

    private static readonly string[] ShellVariables = ["OLDPWD", "PWD", "SHLVL"];

    public static string Write(SandboxRequest request)
    {
        var script = new StringBuilder();
        script.Append($"exec {StatusDescriptor}>&2 2>&1\n");
        // The shell sets these. Commands see only the element's environment.
        foreach (var name in ShellVariables.Where(name => !request.Environment.Any(variable => variable.Key == name)))
            script.Append($"unset {name}\n");
        for (var index = 0; index < request.Commands.Length; index++)
        {
            var command = request.Commands[index];
            script.Append($"printf '%s\\n' {Quote("+ " + command.Label.Trim())}\n");
            script.Append($"( {Environment(request, command)}exec {StatusDescriptor}>&-\n");
            script.Append($"exec {string.Join(' ', command.Arguments.Select(Quote))} </dev/null )");
            script.Append($" || {{ echo {Quote(FailureMark)} {index} $? >&{StatusDescriptor}; exit 1; }}\n");
        }
        return script.ToString();
    }

    /// <summary>The command that failed and its exit code; null when another error occurred.</summary>
    public static (int Index, int ExitCode)? ReadFailure(string status)
    {
        foreach (var line in status.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(FailureMark, StringComparison.Ordinal))
                continue;
            var rest = line[FailureMark.Length..].Trim();
            var space = rest.IndexOf(' ');
            if (space > 0 && int.TryParse(rest[..space], out var index) && int.TryParse(rest[space..], out var exitCode))
                return (index, exitCode);
        }
        return null;
    }

    /// <summary>Text as one word of the shell.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Environment(SandboxRequest request, SandboxCommand command)
    {
        var text = new StringBuilder();
        if (command.WorkingDirectory is { } directory)
            text.Append($"cd {Quote(directory)} || exit\n");
        if (command.Environment is { } environment)
        {
            foreach (var (name, _) in request.Environment)
                if (!environment.Any(variable => variable.Key == name))
                    text.Append($"unset {name}\n");
            foreach (var variable in environment)
                if (!request.Environment.Contains(variable))
                    text.Append($"export {variable.Key}={Quote(variable.Value)}\n");
        }
        return text.ToString();
    }
}
