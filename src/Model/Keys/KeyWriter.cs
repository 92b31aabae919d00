using System.Buffers;
using System.Buffers.Text;
using Bistro.Model.Python;
using Bistro.Model.Yaml;

namespace Bistro.Model.Keys;

/// <summary>
/// Writes the text behind a key straight as UTF-8: JSON as Python's <c>ujson.dumps(value, sort_keys=True,
/// escape_forward_slashes=False)</c> writes it. No spaces, members sorted by code point, everything beyond ASCII escaped.
/// </summary>
internal sealed class KeyWriter
{
    // The longest that one character becomes: \u0000.
    private const int LongestEscape = 6;

    private byte[] _buffer = new byte[1024];
    private int _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public void Clear() => _length = 0;

    /// <summary>Writes bytes as they are: punctuation, names that need no escape, parts written before.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    public void Text(ReadOnlySpan<char> text)
    {
        var room = Room(LongestEscape * text.Length + 2);
        var written = 0;
        room[written++] = (byte)'"';
        foreach (var character in text)
        {
            if (character is >= ' ' and <= '\x7f' and not ('"' or '\\'))
                room[written++] = (byte)character;
            else
                written += Escape(character, room[written..]);
        }
        room[written++] = (byte)'"';
        _length += written;
    }

    public void Number(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        _length += written;
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

    private Span<byte> Room(int length)
    {
        if (_buffer.Length - _length < length)
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + length));
        return _buffer.AsSpan(_length);
    }

    /// <summary>Writes the escape of the character and returns its length.</summary>
    private static int Escape(char character, Span<byte> target)
    {
        target[0] = (byte)'\\';
        target[1] = character switch
        {
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            '\b' => (byte)'b',
            '\f' => (byte)'f',
            '\n' => (byte)'n',
            '\r' => (byte)'r',
            '\t' => (byte)'t',
            _ => (byte)'u',
        };
        if (target[1] != 'u')
            return 2;
        Utf8Formatter.TryFormat((ushort)character, target[2..], out _, new StandardFormat('x', 4));
        return LongestEscape;
    }
}
