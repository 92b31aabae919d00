using Bistro.Builder.Errors;
using Bistro.Builder.Processes;
using Bistro.Builder.Sandbox;
using Bistro.Model.Errors;

namespace Bistro.Registry.Commands;

/// <summary>Runs a verb. What can go wrong is told in a sentence on the error output, with an exit code that is not zero.</summary>
public static class Verb
{
    private const int Interrupted = 130;

    public static async Task<int> RunAsync(Func<Task<int>> verb)
    {
        try
        {
            // Elsewhere, so that a signal is heard while the verb computes.
            return await Task.Run(verb);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception exception) when (Tell(exception) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    private static string? Tell(Exception exception) => exception switch
    {
        LoadException mistake => LoadReport.Describe(mistake),
        BuildException or SourceException or ToolException or MissingToolException or SandboxException => exception.Message,
        IOException or UnauthorizedAccessException => exception.Message,
        _ => null,
    };
}
