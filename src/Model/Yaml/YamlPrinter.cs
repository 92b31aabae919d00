using System.Buffers;
using System.Globalization;
using System.Text;

namespace Bistro.Model.Yaml;

/// <summary>
/// Prints nodes as YAML in block form, as BuildStream prints them: every scalar is a text, so nothing is quoted only because it
/// looks like a number; several lines become one in double quotes.
/// </summary>
public static class YamlPrinter
{
    // The longest key that is written without a question mark.
    private const int LongestKey = 127;

    // What a plain text may not begin with.
    private static readonly SearchValues<char> Indicators = SearchValues.Create("#,[]{}&*!|>'\"%@`");

    /// <summary>The node, with a line break at its end.</summary>
    public static string Print(Node node)
    {
        var text = new StringBuilder();
        switch (node)
        {
            case MappingNode { Members.IsEmpty: false } mapping:
                WriteMembers(text, mapping, 0, isIndented: true);
                break;
            case SequenceNode { Items.IsEmpty: false } sequence:
                WriteItems(text, sequence, 0, isIndented: true);
                break;
            default:
                text.Append(Flat(node)).Append('\n');
                break;
        }
        return text.ToString();
    }

    /// <param name="isIndented">Whether the line is already indented to the column of the first member.</param>
    private static void WriteMembers(StringBuilder text, MappingNode mapping, int column, bool isIndented)
    {
        foreach (var (key, value, _) in mapping.Members)
        {
            if (!isIndented)
                text.Append(' ', column);
            isIndented = false;
            if (key.Length > LongestKey || key.Contains('\n', StringComparison.Ordinal))
                text.Append("? ").Append(Quote(key)).Append('\n').Append(' ', column);
            else
                text.Append(key.Length == 0 ? "''" : Scalar(key));
            text.Append(':');
            switch (value)
            {
                case MappingNode { Members.IsEmpty: false } inner:
                    text.Append('\n');
                    WriteMembers(text, inner, column + 2, isIndented: false);
                    break;
                case SequenceNode { Items.IsEmpty: false } inner:
                    text.Append('\n');
                    WriteItems(text, inner, column, isIndented: false);
                    break;
                default:
                    Append(text, value);
                    break;
            }
        }
    }

    private static void WriteItems(StringBuilder text, SequenceNode sequence, int column, bool isIndented)
    {
        foreach (var item in sequence.Items)
        {
            if (!isIndented)
                text.Append(' ', column);
            isIndented = false;
            text.Append('-');
            switch (item)
            {
                case MappingNode { Members.IsEmpty: false } inner:
                    text.Append(' ');
                    WriteMembers(text, inner, column + 2, isIndented: true);
                    break;
                case SequenceNode { Items.IsEmpty: false } inner:
                    text.Append(' ');
                    WriteItems(text, inner, column + 2, isIndented: true);
                    break;
                default:
                    // BuildStream's printer writes the blank before an empty item, but not before an empty member.
                    text.Append(' ').Append(Flat(item)).Append('\n');
                    break;
            }
        }
    }

    private static void Append(StringBuilder text, Node node)
    {
        var flat = Flat(node);
        if (flat.Length > 0)
            text.Append(' ').Append(flat);
        text.Append('\n');
    }

    private static string Flat(Node node) => node switch
    {
        ScalarNode scalar => Scalar(scalar.Value),
        SequenceNode => "[]",
        _ => "{}",
    };

    private static string Scalar(string value)
    {
        if (value.AsSpan().ContainsAnyInRange('\0', '\x1f') || value.AsSpan().ContainsAny('\x7f', '\u0085', '\ufeff') || value.AsSpan().ContainsAny('\u2028', '\u2029'))
            return Quote(value);
        return IsPlain(value) ? value : value.Contains('\'', StringComparison.Ordinal) ? Quote(value) : $"'{value}'";
    }

    private static bool IsPlain(string value)
    {
        if (value.Length == 0)
            return true;
        if (value[0] == ' ' || value[^1] == ' ' || Indicators.Contains(value[0]))
            return false;
        if (value.StartsWith("---", StringComparison.Ordinal) || value.StartsWith("...", StringComparison.Ordinal))
            return false;
        if (value[0] is '-' or '?' && (value.Length == 1 || value[1] == ' '))
            return false;
        return !value.EndsWith(':')
            && !value.Contains(": ", StringComparison.Ordinal)
            && !value.Contains(" #", StringComparison.Ordinal);
    }

    private static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
            quoted.Append(rune.Value switch
            {
                '\0' => "\\0",
                '\a' => "\\a",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\v' => "\\v",
                '\f' => "\\f",
                '\r' => "\\r",
                '\x1b' => "\\e",
                '"' => "\\\"",
                '\\' => "\\\\",
                0x85 => "\\N",
                0x2028 => "\\L",
                0x2029 => "\\P",
                < ' ' or 0x7f => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"),
                0xfeff => "\\uFEFF",
                _ => rune.ToString(),
            });
        return quoted.Append('"').ToString();
    }
}
