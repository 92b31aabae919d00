namespace Bistro.Registry.Commands;

/// <summary><c>-o OPTION VALUE</c>, as BuildStream's users type it, becomes <c>-o OPTION=VALUE</c>, which a command-line parser can read.</summary>
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

    /// <summary>The names and values that <see cref="Join"/> put together; a later value of a name wins.</summary>
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
