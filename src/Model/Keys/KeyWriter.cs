using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Bistro.Model.Yaml;

namespace Bistro.Model.Keys;

/// <summary>
/// Writes the text behind a key straight as UTF-8: JSON as Python's <c>ujson.dumps(value, sort_keys=True,
/// escape_forward_slashes=False)</c> writes it. No spaces, members sorted by code point, everything beyond ASCII escaped.
/// </summary>
internal sealed class KeyWriter
{
    // What stands for itself in a JSON text.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        string.Concat(Enumerable.Range(' ', 0x7f - ' ' + 1).Select(code => (char)code).Where(c => c is not ('"' or '\\'))));

    private readonly ArrayBufferWriter<byte> _buffer = new(32 * 1024);

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Clear() => _buffer.ResetWrittenCount();

    /// <summary>Writes bytes as they are: punctuation, names that need no escape, parts written before.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    public void Text(ReadOnlySpan<char> text)
    {
        Raw("\""u8);
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0)
                plain = text.Length;
            Encoding.ASCII.GetBytes(text[..plain], _buffer);
            if (plain < text.Length)
                Escape(text[plain++]);
            text = text[plain..];
        }
        Raw("\""u8);
    }

    public void Number(long number)
    {
        var span = _buffer.GetSpan(20);
        Utf8Formatter.TryFormat(number, span, out var written);
        _buffer.Advance(written);
    }

    /// <summary>The member's name and the colon, with a comma before all but the first.</summary>
    public void Name(string name, ref bool isFirst)
    {
        Separate(ref isFirst);
        Text(name);
        Raw(":"u8);
    }

    public void Separate(ref bool isFirst)
    {
        if (!isFirst)
            Raw(","u8);
        isFirst = false;
    }

    public void Value(KeyValue value)
    {
        switch (value)
        {
            case KeyValue.Text text:
                Text(text.Value);
                break;
            case KeyValue.Number number:
                Number(number.Value);
                break;
            case KeyValue.Flag flag:
                Raw(flag.Value ? "true"u8 : "false"u8);
                break;
            case KeyValue.Nothing:
                Raw("null"u8);
                break;
            case KeyValue.List list:
                Items(list.Items.AsSpan());
                break;
            case KeyValue.Map map:
                Members(map.Members.AsSpan());
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(value));
        }
    }

    /// <summary>A node as it is; texts are never numbers here.</summary>
    public void Value(Node node)
    {
        switch (node)
        {
            case ScalarNode scalar:
                Text(scalar.Value);
                break;
            case SequenceNode sequence:
                Items(sequence);
                break;
            case MappingNode mapping:
                Members(mapping);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(node));
        }
    }

    public void Texts(ReadOnlySpan<string> texts)
    {
        Raw("["u8);
        var isFirst = true;
        foreach (var text in texts)
        {
            Separate(ref isFirst);
            Text(text);
        }
        Raw("]"u8);
    }

    private void Items(ReadOnlySpan<KeyValue> items)
    {
        Raw("["u8);
        var isFirst = true;
        foreach (var item in items)
        {
            Separate(ref isFirst);
            Value(item);
        }
        Raw("]"u8);
    }

    private void Items(SequenceNode sequence)
    {
        Raw("["u8);
        var isFirst = true;
        foreach (var item in sequence.Items)
        {
            Separate(ref isFirst);
            Value(item);
        }
        Raw("]"u8);
    }

    private void Members(ReadOnlySpan<KeyValuePair<string, KeyValue>> members)
    {
        var sorted = ArrayPool<KeyValuePair<string, KeyValue>>.Shared.Rent(members.Length);
        members.CopyTo(sorted);
        sorted.AsSpan(0, members.Length).Sort((left, right) => CodePointOrder.Compare(left.Key, right.Key));
        Raw("{"u8);
        var isFirst = true;
        foreach (var (key, value) in sorted.AsSpan(0, members.Length))
        {
            Name(key, ref isFirst);
            Value(value);
        }
        Raw("}"u8);
        ArrayPool<KeyValuePair<string, KeyValue>>.Shared.Return(sorted, clearArray: true);
    }

    private void Members(MappingNode mapping)
    {
        var members = mapping.Members.AsSpan();
        var sorted = ArrayPool<int>.Shared.Rent(members.Length);
        var order = sorted.AsSpan(0, members.Length);
        for (var index = 0; index < order.Length; index++)
            order[index] = index;
        order.Sort((left, right) => CodePointOrder.Compare(mapping.Members[left].Key, mapping.Members[right].Key));
        Raw("{"u8);
        var isFirst = true;
        foreach (var index in order)
        {
            Name(members[index].Key, ref isFirst);
            Value(members[index].Value);
        }
        Raw("}"u8);
        ArrayPool<int>.Shared.Return(sorted);
    }

    private void Escape(char character)
    {
        switch (character)
        {
            case '"':
                Raw("\\\""u8);
                break;
            case '\\':
                Raw("\\\\"u8);
                break;
            case '\b':
                Raw("\\b"u8);
                break;
            case '\f':
                Raw("\\f"u8);
                break;
            case '\n':
                Raw("\\n"u8);
                break;
            case '\r':
                Raw("\\r"u8);
                break;
            case '\t':
                Raw("\\t"u8);
                break;
            default:
                Raw("\\u"u8);
                Utf8Formatter.TryFormat((ushort)character, _buffer.GetSpan(4), out _, new StandardFormat('x', 4));
                _buffer.Advance(4);
                break;
        }
    }
}
