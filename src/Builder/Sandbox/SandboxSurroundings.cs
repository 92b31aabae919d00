using System.Collections.Immutable;
using System.Globalization;
using Bistro.Builder.Processes;

namespace Bistro.Builder.Sandbox;

/// <summary>
/// What a process inherits besides its environment and files: umask, resource limits, niceness, ignored signals, supplementary
/// groups. Sandboxes get fixed ones, by the host's shell and programs of util-linux and coreutils that start bubblewrap, so that a
/// build does not depend on how the server was started. A staged root need not have a shell for that.
/// </summary>
internal sealed class SandboxSurroundings(ToolRunner tools)
{
    private static readonly Tool SetUmask = new("sh", "dash");
    private static readonly Tool ResetSignals = new("env", "coreutils");
    private static readonly Tool SetNiceness = new("nice", "coreutils");
    private static readonly Tool SetGroups = new("setpriv", "util-linux");
    private static readonly Tool SetLimits = new("prlimit", "util-linux");
    private static readonly Tool Nothing = new("true", "coreutils");

    private const int Attempts = 3;

    private Prefix? _prefix;

    /// <summary>The programs that set them. A step that this machine does not allow is left out.</summary>
    public async ValueTask<Prefix> PrefixAsync(CancellationToken cancellationToken)
    {
        if (_prefix is { } known)
            return known;
        List<string> line = [];
        foreach (var (tool, arguments) in Steps())
        {
            if (await WorksAsync(tool, arguments, cancellationToken))
                line.AddRange([tool.Require(), .. arguments]);
        }
        string? shortage = null;
        if (await WorksAsync(SetLimits, Arguments(ResourceLimit.Wanted), cancellationToken))
        {
            line.AddRange([SetLimits.Require(), .. Arguments(ResourceLimit.Wanted)]);
        }
        else if (ResourceLimit.Allowed() is var allowed && await WorksAsync(SetLimits, Arguments(allowed), cancellationToken))
        {
            line.AddRange([SetLimits.Require(), .. Arguments(allowed)]);
            shortage = ResourceLimit.Describe(allowed);
        }
        return _prefix = new Prefix([.. line], shortage);
    }

    private static ImmutableArray<string> Arguments(IEnumerable<ResourceLimit> limits) => [.. limits.Select(limit => limit.Argument)];

    private static IEnumerable<(Tool Tool, ImmutableArray<string> Arguments)> Steps()
    {
        // First, because the shell passes on signals that it found ignored.
        yield return (SetUmask, ["-c", "umask 022; exec \"$@\"", "sh"]);
        // A shell that finds a signal ignored cannot stop ignoring it: nohup would reach every build.
        yield return (ResetSignals, ["--default-signal"]);
        if (Environment.IsPrivilegedProcess)
        {
            yield return (SetGroups, ["--clear-groups"]);
            if (Niceness() is not 0 and var niceness)
                yield return (SetNiceness, ["-n", (-niceness).ToString(CultureInfo.InvariantCulture)]);
        }
    }

    /// <summary>Whether this machine allows a step. What is refused once is asked again: a passing shortage must not weaken all later sandboxes.</summary>
    private async Task<bool> WorksAsync(Tool tool, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        if (Nothing.Find() is not { } nothing || tool.Find() is null)
            return false;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await tools.RunAsync(new ToolCommand(tool, [.. arguments, nothing]) { Environment = [] }, cancellationToken) == 0)
                return true;
        }
        return false;
    }

    // The 19th field; the second, in brackets, may hold blanks.
    private static int Niceness()
    {
        var status = File.ReadAllText("/proc/self/stat");
        return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }

    /// <summary>What comes before bubblewrap on its command line.</summary>
    /// <param name="Line">Programs and their arguments.</param>
    /// <param name="Shortage">A sentence that names the limits that are lower than they should be; null when none is.</param>
    internal sealed record Prefix(ImmutableArray<string> Line, string? Shortage);
}
