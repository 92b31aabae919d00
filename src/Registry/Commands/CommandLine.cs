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
        root.Subcommands.Add(ShowCommand.Create(main));
        return root.Parse(OptionPairs.Join(arguments)).InvokeAsync();
    }
}
