using System.Text;
using System.Text.RegularExpressions;

namespace Bistro.Builder.Trees;

/// <summary>
/// A glob pattern for paths, with BuildStream's rules (<c>utils.glob</c>): <c>*</c> and <c>?</c> stay inside a path component,
/// <c>**</c> crosses them, <c>[abc]</c> and <c>[!abc]</c> choose characters; nothing can be escaped. A slash at the beginning
/// of pattern or path makes no difference.
/// </summary>
public sealed class GlobPattern
{
    private readonly Regex _expression;

    public GlobPattern(string pattern) =>
        // A pattern may be hostile; this engine takes time in proportion to the path, whatever the pattern.
        _expression = new Regex($@"\A{Translate(WithSlash(pattern))}\z", RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);

    /// <summary>A pattern for names that are no paths, as Python's <c>fnmatch</c> has it: <c>*</c> takes slashes too.</summary>
    public static GlobPattern OfNames(string pattern) => new(pattern.Replace("*", "**", StringComparison.Ordinal));

    public bool Matches(string path) => _expression.IsMatch(WithSlash(path));

    private static string WithSlash(string text) => text.StartsWith('/') ? text : "/" + text;

    private static string Translate(string pattern)
    {
        var expression = new StringBuilder();
        for (var i = 0; i < pattern.Length;)
        {
            switch (pattern[i])
            {
                case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                    expression.Append(".*");
                    i += 2;
                    break;
                case '*':
                    expression.Append("[^/]*");
                    i++;
                    break;
                case '?':
                    expression.Append("[^/]");
                    i++;
                    break;
                case '[' when EndOfSet(pattern, i) is var end and >= 0:
                    AppendSet(expression, pattern.AsSpan(i + 1, end - i - 1));
                    i = end + 1;
                    break;
                default:
                    expression.Append(Regex.Escape(pattern[i].ToString()));
                    i++;
                    break;
            }
        }
        return expression.ToString();
    }

    /// <summary>The index of the bracket that closes a set, or -1: then the opening one stands for itself.</summary>
    private static int EndOfSet(string pattern, int start)
    {
        var first = start + 1;
        if (first < pattern.Length && pattern[first] == '!')
            first++;
        // In the first place, a closing bracket is a member of the set.
        if (first < pattern.Length && pattern[first] == ']')
            first++;
        return first < pattern.Length ? pattern.IndexOf(']', first) : -1;
    }

    private static void AppendSet(StringBuilder expression, ReadOnlySpan<char> members)
    {
        expression.Append('[');
        if (members[0] == '!')
        {
            expression.Append('^');
            members = members[1..];
        }
        foreach (var member in members)
        {
            // The minus stays: it makes a range.
            if (member is '\\' or '[' or ']' or '^')
                expression.Append('\\');
            expression.Append(member);
        }
        expression.Append(']');
    }
}
