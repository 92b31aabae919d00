using System.Globalization;
using System.Text;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds.Inventory;

/// <summary>JSON as Python's <c>json.dump(…, indent=2)</c> writes it: what the reference leaves in artifacts.</summary>
internal static class PythonJson
{
    public static string Write(KeyValue value)
    {
        var text = new StringBuilder();
        Write(text, value, depth: 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, KeyValue value, int depth)
    {
        switch (value)
        {
            case KeyValue.Text { Value: var content }:
                WriteText(text, content);
                break;
            case KeyValue.Number { Value: var number }:
                text.Append(CultureInfo.InvariantCulture, $"{number}");
                break;
            case KeyValue.Flag { Value: var flag }:
                text.Append(flag ? "true" : "false");
                break;
            case KeyValue.List { Items: var items }:
                WriteAll(text, '[', ']', items.Length, depth, index => Write(text, items[index], depth + 1));
                break;
            case KeyValue.Map { Members: var members }:
                WriteAll(text, '{', '}', members.Length, depth, index =>
                {
                    WriteText(text, members[index].Key);
                    text.Append(": ");
                    Write(text, members[index].Value, depth + 1);
                });
                break;
            default:
                text.Append("null");
                break;
        }
    }

    private static void WriteAll(StringBuilder text, char open, char close, int count, int depth, Action<int> write)
    {
        text.Append(open);
        for (var index = 0; index < count; index++)
        {
            text.Append(index == 0 ? "\n" : ",\n").Append(' ', 2 * (depth + 1));
            write(index);
        }
        if (count > 0)
            text.Append('\n').Append(' ', 2 * depth);
        text.Append(close);
    }

    private static void WriteText(StringBuilder text, string content)
    {
        text.Append('"');
        foreach (var c in content)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                >= ' ' and <= '~' or '\x7f' => text.Append(c),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
        }
        text.Append('"');
    }
}
