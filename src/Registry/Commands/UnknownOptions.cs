using System.CommandLine;
using System.CommandLine.Parsing;

namespace Bistro.Registry.Commands;

/// <summary>
/// Finds options that a command does not have. The parser takes them for arguments, so that <c>build --deps</c> would build an element
/// of that name. What follows <c>--</c> is never an option.
/// </summary>
public static class UnknownOptions
{
    private const string EndOfOptions = "--";

    /// <summary>One sentence for each unknown option, with the nearest one that the command has.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);
        var all = arguments.Concat(parsed.UnmatchedTokens).ToList();
        var literal = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Select(token => token.Value).ToList();
        foreach (var text in literal)
            all.Remove(text);
        return all.Where(IsOption).Select(text => text.Split('=', 2)[0]).Distinct().Select(option => Describe(option, parsed.CommandResult.Command));
    }

    // A single dash stands for the standard output.
    private static bool IsOption(string text) => text.StartsWith('-') && text is not "-" and not EndOfOptions;

    private static string Describe(string option, Command command)
    {
        var nearest = Names(command).MinBy(name => Distance(option, name));
        return nearest is not null && option.StartsWith(EndOfOptions, StringComparison.Ordinal) && Distance(option, nearest) <= Math.Max(1, option.Length / 3)
            ? $"Unknown option '{option}'. Did you mean '{nearest}'?"
            : $"Unknown option '{option}'.";
    }

    private static IEnumerable<string> Names(Command command) =>
        from scope in Lineage(command)
        from option in scope.Options
        where scope == command || option.Recursive
        from name in option.Aliases.Prepend(option.Name)
        select name;

    private static IEnumerable<Command> Lineage(Command command) =>
        command.Parents.OfType<Command>().SelectMany(Lineage).Prepend(command);

    /// <summary>How many characters must be added, removed or replaced to turn one text into the other (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var costs = new int[to.Length + 1];
        for (var column = 0; column <= to.Length; column++)
            costs[column] = column;
        for (var row = 1; row <= from.Length; row++)
        {
            var diagonal = costs[0];
            costs[0] = row;
            for (var column = 1; column <= to.Length; column++)
            {
                var replaced = diagonal + (from[row - 1] == to[column - 1] ? 0 : 1);
                diagonal = costs[column];
                costs[column] = Math.Min(replaced, Math.Min(costs[column], costs[column - 1]) + 1);
            }
        }
        return costs[to.Length];
    }
}
