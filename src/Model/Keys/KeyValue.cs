using System.Collections.Immutable;
using Bistro.Model.Content;
using Bistro.Model.Yaml;

namespace Bistro.Model.Keys;

/// <summary>
/// What enters a cache key: the JSON values that BuildStream's <c>get_unique_key()</c> returns. Members of a map are sorted
/// when the key is written, so their order here is free.
/// </summary>
public abstract record KeyValue
{
    private KeyValue()
    {
    }

    public sealed record Text(string Value) : KeyValue;

    public sealed record Number(long Value) : KeyValue;

    public sealed record Flag(bool Value) : KeyValue;

    public sealed record Nothing : KeyValue;

    public sealed record List(ImmutableArray<KeyValue> Items) : KeyValue;

    public sealed record Map(ImmutableArray<KeyValuePair<string, KeyValue>> Members) : KeyValue;

    public static KeyValue Null { get; } = new Nothing();

    /// <summary>The SHA-256 of the text that goes into keys.</summary>
    public Digest Hash() => Digest.Of(ToJson());

    /// <summary>The text that goes into keys: JSON in UTF-8, which YAML readers take too.</summary>
    public byte[] ToJson()
    {
        var writer = new KeyWriter();
        writer.Value(this);
        return writer.Written.ToArray();
    }

    public static implicit operator KeyValue(string? text) => text is null ? Null : new Text(text);

    public static implicit operator KeyValue(long number) => new Number(number);

    public static implicit operator KeyValue(bool flag) => new Flag(flag);

    public static KeyValue Of(IEnumerable<string> texts) => new List([.. texts.Select(text => (KeyValue)text)]);

    public static KeyValue Of(IEnumerable<KeyValue> items) => new List([.. items]);

    public static KeyValue Of(params ReadOnlySpan<(string Key, KeyValue Value)> members)
    {
        var pairs = ImmutableArray.CreateBuilder<KeyValuePair<string, KeyValue>>(members.Length);
        foreach (var (key, value) in members)
            pairs.Add(KeyValuePair.Create(key, value));
        return new Map(pairs.MoveToImmutable());
    }

    /// <summary>A node as it is: mappings, lists and text (YAML scalars are never numbers here).</summary>
    public static KeyValue Of(Node node) => node switch
    {
        ScalarNode scalar => new Text(scalar.Value),
        SequenceNode sequence => new List([.. sequence.Items.Select(Of)]),
        MappingNode mapping => new Map([.. mapping.Members.Select(member => KeyValuePair.Create(member.Key, Of(member.Value)))]),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };
}
