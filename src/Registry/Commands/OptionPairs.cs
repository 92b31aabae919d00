namespace Bistro.Registry.Commands;

/// <summary>Turns <c>-o OPTION VALUE</c>, the syntax of <c>bst</c>, into <c>-o OPTION=VALUE</c>, which the command-line parser can read.</summary>
public static class OptionPairs
{
    public static string[] Join(IReadOnlyList<string> arguments)
    {
        var joined = new List<string>(arguments.Count);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--")
            {
                joined.AddRange(arguments.Skip(i));
                break;
            }
            joined.Add(arguments[i]);
            if (arguments[i] is "-o" or "--option" && i + 2 < arguments.Count)
            {
                joined.Add($"{arguments[i + 1]}={arguments[i + 2]}");
                i += 2;
            }
        }
        return [.. joined];
    }

    /// <summary>The names and values in the output of <see cref="Join"/>. If a name is repeated, the last value wins.</summary>
    public static IReadOnlyDictionary<string, string> Split(IEnumerable<string> pairs)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            options[equals < 0 ? pair : pair[..equals]] = equals < 0 ? "" : pair[(equals + 1)..];
        }
        return options;
    }
}
