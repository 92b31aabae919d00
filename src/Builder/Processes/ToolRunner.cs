using System.Diagnostics;
using System.Text;

namespace Bistro.Builder.Processes;

/// <summary>
/// Runs host programs. Each leads a session of its own and is killed when Bistro dies; a cancelled run gets SIGTERM, a
/// grace period, then SIGKILL, and has ended when the call returns.
/// </summary>
public sealed class ToolRunner(TimeProvider time)
{
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(5);

    // util-linux, essential in Debian. Where they are missing (a busybox system) programs run without them: they then
    // survive a kill -9 of Bistro, and a cancelled run ends the program but maybe not its children.
    private static readonly Lazy<string?> SetPrivileges = new(new Tool("setpriv", "util-linux").Find);
    private static readonly Lazy<string?> SetSession = new(new Tool("setsid", "util-linux").Find);

    /// <summary>Runs a program to its end and returns its exit code (128 + signal when one killed it).</summary>
    /// <exception cref="MissingToolException">It is not installed.</exception>
    /// <exception cref="ToolException">It could not be started.</exception>
    public async Task<int> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = await ChildLauncher.LaunchAsync(Describe(command));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var streams = command.UsesTerminal ? Task.CompletedTask : ServeStreamsAsync(process, command, stop);
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process, command);
        }
        await DrainAsync(process.Id, streams);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode;
    }

    /// <summary>Runs a program that must succeed. What it prints to standard error goes to the log and into the exception.</summary>
    /// <exception cref="MissingToolException">It is not installed.</exception>
    /// <exception cref="ToolException">It failed.</exception>
    public async Task RunCheckedAsync(ToolCommand command, Stream? log, CancellationToken cancellationToken)
    {
        var error = new StringBuilder();
        var exitCode = await RunAsync(command with { Error = OutputReaders.Into(error, log) }, cancellationToken);
        if (exitCode != 0)
            throw ToolException.Failed(command, exitCode, error.ToString());
    }

    /// <summary>Runs a program that must succeed and gives its reasons on any stream. All that it prints goes to the log and into the exception.</summary>
    /// <exception cref="MissingToolException">It is not installed.</exception>
    /// <exception cref="ToolException">It failed.</exception>
    public async Task RunLoggedAsync(ToolCommand command, Stream log, CancellationToken cancellationToken)
    {
        // Two: both streams are read at once.
        var (output, error) = (new StringBuilder(), new StringBuilder());
        var shared = Stream.Synchronized(log);
        var exitCode = await RunAsync(
            command with { Output = OutputReaders.Into(output, shared), Error = OutputReaders.Into(error, shared) }, cancellationToken);
        if (exitCode != 0)
            throw ToolException.Failed(command, exitCode, output.Append(error).ToString());
    }

    /// <summary>Runs a program that must succeed and returns what it printed.</summary>
    /// <exception cref="MissingToolException">It is not installed.</exception>
    /// <exception cref="ToolException">It failed.</exception>
    public async Task<string> ReadAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        var output = new StringBuilder();
        await RunCheckedAsync(command with { Output = OutputReaders.Into(output) }, log: null, cancellationToken);
        return output.ToString();
    }

    private static ProcessStartInfo Describe(ToolCommand command)
    {
        List<string> line = [command.Tool.Require(), .. command.Arguments];
        if (!command.UsesTerminal && SetSession.Value is { } setSession)
            line.InsertRange(0, [setSession]);
        if (SetPrivileges.Value is { } setPrivileges)
            line.InsertRange(0, [setPrivileges, "--pdeathsig", "KILL"]);

        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            RedirectStandardInput = !command.UsesTerminal,
            RedirectStandardOutput = !command.UsesTerminal,
            RedirectStandardError = !command.UsesTerminal,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        if (command.Environment is { } environment)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment)
                start.Environment[name] = value;
        }
        return start;
    }

    /// <summary>Feeds and reads the program. A reader that fails stops the run, and its exception is the run's.</summary>
    private static Task ServeStreamsAsync(Process process, ToolCommand command, CancellationTokenSource stop) => Task.WhenAll(
        FeedAsync(process.StandardInput.BaseStream, command.Input, stop),
        OutputPump.RunAsync(process.StandardOutput.BaseStream, command.Output, stop),
        OutputPump.RunAsync(process.StandardError.BaseStream, command.Error, stop));

    private static async Task FeedAsync(Stream target, Stream? input, CancellationTokenSource stop)
    {
        try
        {
            await using (target)
                if (input is not null)
                    await input.CopyToAsync(target, stop.Token);
        }
        catch (IOException)
        {
            // The program ended, or closed its input, before it had read everything: its exit code decides whether that is an error.
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async Task EndAsync(Process process, ToolCommand command)
    {
        Signals.SendToGroup(process.Id, Signals.Terminate);
        if (!await EndsWithinAsync(process, command.Grace))
        {
            Signals.SendToGroup(process.Id, Signals.Kill);
            if (!await EndsWithinAsync(process, KillPatience))
                throw new ToolException($"'{command}' (process {process.Id}) does not end, even by SIGKILL: its disk may hang.");
        }
        Signals.SendToOrphans(process.Id, Signals.Kill);
    }

    private async Task<bool> EndsWithinAsync(Process process, TimeSpan patience)
    {
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(patience, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A child that the program left behind may hold its streams open for ever: it is killed after a while.</summary>
    private async Task DrainAsync(int processId, Task streams)
    {
        try
        {
            await streams.WaitAsync(OutputPatience, time);
        }
        catch (TimeoutException) when (!streams.IsCompleted)
        {
            Signals.SendToOrphans(processId, Signals.Kill);
            await streams;
        }
    }
}
