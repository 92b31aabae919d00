using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources;

/// <summary>The members <c>version</c> and <c>version-guess-pattern</c>: what a source reports as its version.</summary>
public sealed partial class VersionHint
{
    /// <summary>A pattern comes from a project: one that takes for ever must not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly string? _version;
    private readonly string? _pattern;
    private readonly Regex _guess;

    private VersionHint(string? version, string? pattern, Regex guess)
    {
        _version = version;
        _pattern = pattern;
        _guess = guess;
    }

    /// <summary>The names of the two members.</summary>
    public static ImmutableArray<string> Members { get; } = ["version", "version-guess-pattern"];

    /// <summary>What enters the key: the version, else the pattern, else nothing (null).</summary>
    public KeyValue? Key => (_version ?? _pattern) is { } text ? new KeyValue.Text(text) : null;

    public static VersionHint Read(MappingNode members)
    {
        var pattern = members.Scalar("version-guess-pattern");
        return new VersionHint(
            members.OptionalText("version"), pattern?.Value, pattern is null ? DefaultPattern() : Compile(pattern));
    }

    /// <summary>Adds to a key that is a mapping: the member that is there, under its own name.</summary>
    public void AddTo(KeyMembers key)
    {
        if (_version is not null)
            key.Add("version", _version);
        else if (_pattern is not null)
            key.Add("version-guess-pattern", _pattern);
    }

    /// <summary>The version, else the best match in the text: the first with the most groups, joined by dots. Null when nothing matches.</summary>
    public string? Guess(string? text) => _version ?? (text is null ? null : Match(text));

    private string? Match(string text)
    {
        string? best = null;
        var most = 0;
        try
        {
            foreach (Match match in _guess.Matches(text))
            {
                string[] groups = match.Groups.Count == 1
                    ? [match.Value]
                    : [.. match.Groups.Values.Skip(1).Where(group => group.Success).Select(group => group.Value)];
                if (best is null || groups.Length > most)
                    (best, most) = (string.Join('.', groups), groups.Length);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
        return best;
    }

    /// <summary>Python names groups <c>(?P&lt;name&gt;…)</c>; the names are of no use here, the order is.</summary>
    private static Regex Compile(ScalarNode pattern)
    {
        try
        {
            return new Regex(PythonGroup().Replace(pattern.Value, "("), RegexOptions.CultureInvariant, Patience);
        }
        catch (RegexParseException mistake)
        {
            throw new LoadException(
                LoadErrorReason.InvalidData, pattern.Provenance,
                $"The version-guess-pattern '{pattern.Value}' is not a regular expression: {mistake.Message}");
        }
    }

    [GeneratedRegex(@"(\d+)\.(\d+)(?:\.(\d+))?", RegexOptions.CultureInvariant)]
    private static partial Regex DefaultPattern();

    [GeneratedRegex(@"\(\?P<\w+>", RegexOptions.CultureInvariant)]
    private static partial Regex PythonGroup();
}
