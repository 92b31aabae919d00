using System.CommandLine;

namespace Bistro.Registry.Commands;

/// <summary>The verbs.</summary>
public static class CommandLine
{
    public static Task<int> RunAsync(string[] arguments)
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
        return root.Parse(OptionPairs.Join(arguments)).InvokeAsync();
    }
}
