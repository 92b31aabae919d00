using System.CommandLine;

namespace Bistro.Registry.Commands;

/// <summary>The command line: its commands, and the answer to a line that is none of them.</summary>
public static class CommandLine
{
    private const int WrongUsage = 2;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var main = new MainOptions();
        var root = new RootCommand("A container registry that builds BuildStream elements on demand.");
        foreach (var option in main.All)
            root.Options.Add(option);
        ReadOnlySpan<Func<MainOptions, Command>> commands =
        [
            ServeCommand.Create, ShowCommand.Create, BuildCommand.Create, ShellCommand.Create, CheckoutCommand.Create, SourceCommands.Create,
            UpkeepCommands.CreateCollect, UpkeepCommands.CreateScrub,
        ];
        foreach (var create in commands)
            root.Subcommands.Add(create(main));
        var parsed = root.Parse(OptionPairs.Join(arguments));
        var unknown = UnknownOptions.Of(parsed).ToList();
        if (unknown.Count == 0 && (parsed.Errors.Count == 0 || arguments.Length == 0))
        {
            // By itself the library gives an action two seconds to end after a signal; a server handles signals on its own.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                ProcessTerminationTimeout = parsed.CommandResult.Command.Name == ServeCommand.Name ? null : TimeSpan.FromSeconds(2),
            });
        }
        foreach (var message in unknown.Count > 0 ? unknown : Mistakes(parsed))
            await Console.Error.WriteLineAsync(message);
        await Console.Error.WriteLineAsync($"See: bistro {Prefix(parsed.CommandResult.Command)}--help");
        return WrongUsage;
    }

    // An unknown word in the place of a command is also reported as a missing command; the first report is enough.
    private static IEnumerable<string> Mistakes(ParseResult parsed)
    {
        var mistakes = parsed.Errors.Select(error => error.Message).Distinct();
        var command = parsed.CommandResult.Command;
        return command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count > 0
            ? mistakes.Except(command.Parse([]).Errors.Select(error => error.Message))
            : mistakes;
    }

    private static string Prefix(Command command) => command is RootCommand ? "" : $"{string.Join(' ', Names(command))} ";

    private static IEnumerable<string> Names(Command command) =>
        command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).SelectMany(Names).Append(command.Name);
}
