using System.CommandLine;

namespace Bistro.Registry.Commands;

/// <summary>The verbs.</summary>
public static class CommandLine
{
    private const int WrongUsage = 2;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var main = new MainOptions();
        var root = new RootCommand("A container registry that builds BuildStream elements on demand.");
        foreach (var option in main.All)
            root.Options.Add(option);
        ReadOnlySpan<Func<MainOptions, Command>> verbs =
        [
            ServeCommand.Create, ShowCommand.Create, BuildCommand.Create, ShellCommand.Create, CheckoutCommand.Create, SourceCommands.Create,
            UpkeepCommands.CreateCollect, UpkeepCommands.CreateScrub,
        ];
        foreach (var create in verbs)
            root.Subcommands.Add(create(main));
        var parsed = root.Parse(OptionPairs.Join(arguments));
        if (parsed.Errors.Count == 0 || arguments.Length == 0)
            return await parsed.InvokeAsync();
        foreach (var message in Complaints(parsed))
            await Console.Error.WriteLineAsync(message);
        await Console.Error.WriteLineAsync($"See: bistro {Verb(parsed.CommandResult.Command)}--help");
        return WrongUsage;
    }

    // That a verb is missing follows from the unknown word in its place.
    private static IEnumerable<string> Complaints(ParseResult parsed)
    {
        var complaints = parsed.Errors.Select(error => error.Message).Distinct();
        var command = parsed.CommandResult.Command;
        return command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count > 0
            ? complaints.Except(command.Parse([]).Errors.Select(error => error.Message))
            : complaints;
    }

    private static string Verb(Command command) => command is RootCommand ? "" : $"{string.Join(' ', Names(command))} ";

    private static IEnumerable<string> Names(Command command) =>
        command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).SelectMany(Names).Append(command.Name);
}
