using System.Buffers;
using System.Text;

namespace Bistro.Model.Yaml.Editing;

/// <summary>Writes nodes as YAML, as plainly as they are read back.</summary>
internal static class YamlWriter
{
    private static readonly SearchValues<char> FlowSigns = SearchValues.Create(",[]{}:?");

    /// <param name="quote">The quote that a text is written with where it can be: <c>'</c>, <c>"</c> or none.</param>
    public static string Scalar(string value, bool inFlow, char quote = default)
    {
        var isPrintable = value.All(letter => letter is >= ' ' and not '\u007f' and not '\ufeff' && !YamlText.IsBreak(letter)
            && letter is not (>= '\u0080' and < '\u00a0') and < '\ufffe');
        if (quote == '"' || !isPrintable)
            return DoubleQuoted(value);
        return quote == '\'' || !IsPlain(value, inFlow) ? $"'{value.Replace("'", "''", StringComparison.Ordinal)}'" : value;
    }

    /// <summary>Between brackets, on one line.</summary>
    public static string Flow(Node node) => node switch
    {
        ScalarNode scalar => Scalar(scalar.Value, inFlow: true),
        SequenceNode sequence => $"[{string.Join(", ", sequence.Items.Select(Flow))}]",
        MappingNode mapping =>
            $"{{{string.Join(", ", mapping.Members.Select(member => $"{Scalar(member.Key, inFlow: true)}: {Flow(member.Value)}"))}}}",
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    /// <summary>Whether the node is written on separate lines.</summary>
    public static bool TakesLines(Node node) =>
        node is SequenceNode { Items.IsEmpty: false } or MappingNode { Members.IsEmpty: false };

    /// <summary>Writes with indentation. The first line starts at the current position, every other one with a line break.</summary>
    /// <param name="column">Of the first line, from 0.</param>
    public static string Block(Node node, int column, YamlStyle style)
    {
        var text = new StringBuilder();
        WriteBlock(node, column, style, text);
        return text.ToString();
    }

    /// <summary>The text after <c>key:</c>, including the blank or line break before it.</summary>
    /// <param name="column">The place of the key.</param>
    public static string BlockValue(Node value, int column, YamlStyle style)
    {
        if (!TakesLines(value))
            return " " + (value is ScalarNode scalar ? Scalar(scalar.Value, inFlow: false) : Flow(value));
        var inner = column + (value is SequenceNode ? style.SequenceIndent : style.MappingIndent);
        return style.NewLine(inner) + Block(value, inner, style);
    }

    private static void WriteBlock(Node node, int column, YamlStyle style, StringBuilder text)
    {
        if (!TakesLines(node))
        {
            text.Append(node is ScalarNode scalar ? Scalar(scalar.Value, inFlow: false) : Flow(node));
            return;
        }

        var start = text.Length;
        foreach (var item in node is SequenceNode sequence ? sequence.Items : [])
        {
            text.Append(text.Length > start ? style.NewLine(column) : "").Append("- ");
            WriteBlock(item, column + 2, style, text);
        }

        foreach (var member in node is MappingNode mapping ? mapping.Members : [])
        {
            text.Append(text.Length > start ? style.NewLine(column) : "")
                .Append(Scalar(member.Key, inFlow: false)).Append(':')
                .Append(BlockValue(member.Value, column, style));
        }
    }

    private static bool IsPlain(string value, bool inFlow)
    {
        if (value.Length == 0 || char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
            return false;
        if (",[]{}#&*!|>'\"%@`".Contains(value[0]) || (value[0] is '-' or '?' or ':' && (value.Length == 1 || inFlow || value[1] == ' ')))
            return false;
        if (value.StartsWith("---", StringComparison.Ordinal) || value.StartsWith("...", StringComparison.Ordinal))
            return false;
        return !value.Contains(": ", StringComparison.Ordinal) && !value.Contains(" #", StringComparison.Ordinal)
            && !value.EndsWith(':') && !(inFlow && value.AsSpan().ContainsAny(FlowSigns));
    }

    private static string DoubleQuoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var letter in value)
        {
            text.Append(letter switch
            {
                '"' or '\\' => "\\" + letter,
                '\n' => "\\n",
                '\t' => "\\t",
                >= ' ' and <= '~' or (>= '\u00a0' and < '\ufffe' and not '\u2028' and not '\u2029' and not '\ufeff') => letter.ToString(),
                _ => $"\\u{(int)letter:x4}",
            });
        }

        return text.Append('"').ToString();
    }
}
