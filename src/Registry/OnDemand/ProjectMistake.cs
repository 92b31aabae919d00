using System.Collections.Immutable;
using Bistro.Model.Errors;

namespace Bistro.Registry.OnDemand;

/// <summary>Why a project, or a part of it, cannot be loaded.</summary>
/// <param name="ForClients">One line for each mistake, without paths of the server.</param>
/// <param name="ForLog">The same with every path.</param>
public sealed record ProjectMistake(ImmutableArray<string> ForClients, string ForLog)
{
    /// <summary>Describes an exception of a load; null for a bug in Bistro.</summary>
    public static ProjectMistake? Of(ServedProject project, Exception failure) => failure switch
    {
        LoadException mistake => new ProjectMistake(
            [.. mistake.Errors.Select(error => WithoutPaths(project, error.ToString()))],
            string.Join('\n', mistake.Errors.Select(error => error.Where is null ? AtEntry(project, error.Message) : error.ToString()))),
        IOException or UnauthorizedAccessException => new ProjectMistake(
            ["The project's files cannot be read. The server's log says which and why."],
            AtEntry(project, $"The project's files cannot be read: {failure.Message}")),
        _ => null,
    };

    // There is no place in the project: the configuration names the folder.
    private static string AtEntry(ServedProject project, string message) =>
        project.Entry["path"] is { } path ? $"{path.Provenance}: {message}" : message;

    private static string WithoutPaths(ServedProject project, string text)
    {
        foreach (var folder in project.Folders.OrderByDescending(folder => folder.Length))
            text = text.Replace($"{folder}/", "", StringComparison.Ordinal).Replace(folder, ".", StringComparison.Ordinal);
        return text;
    }
}
