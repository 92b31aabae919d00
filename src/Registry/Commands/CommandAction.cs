using Bistro.Builder.Errors;
using Bistro.Builder.Processes;
using Bistro.Builder.Sandbox;
using Bistro.Model.Errors;

namespace Bistro.Registry.Commands;

/// <summary>Runs a command. An expected failure is one sentence on the error output and a non-zero exit code.</summary>
public static class CommandAction
{
    private const int Interrupted = 130;

    /// <param name="isDebug">Whether a failure is printed with its stack trace.</param>
    /// <param name="action">Returns the exit code.</param>
    public static async Task<int> RunAsync(bool isDebug, Func<Task<int>> action)
    {
        try
        {
            // On another thread, so that a signal is handled while the command computes.
            return await Task.Run(action);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception exception) when (SentenceOf(exception) is { } sentence)
        {
            await Console.Error.WriteLineAsync(isDebug ? $"{sentence}\n{exception}" : sentence);
            return 1;
        }
    }

    private static string? SentenceOf(Exception exception) => exception switch
    {
        LoadException mistake => LoadReport.Describe(mistake),
        BuildException failure => BuildFailure.Of(failure).ToMessage(),
        UsageException or SourceException or ToolException or MissingToolException or SandboxException => exception.Message,
        IOException or UnauthorizedAccessException => exception.Message,
        _ => null,
    };
}
