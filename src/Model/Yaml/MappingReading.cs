using System.Collections.Immutable;
using System.Globalization;
using Bistro.Model.Errors;

namespace Bistro.Model.Yaml;

/// <summary>Reads members by the type that the reader expects; what does not fit is a <see cref="LoadException"/> at its place.</summary>
public sealed partial class MappingNode
{
    /// <summary>No members, from no file.</summary>
    public static MappingNode Empty { get; } = new([], Provenance.None);

    public bool Contains(string key) => IndexOf(key) >= 0;

    public string Text(string key) => Required(key, OptionalText(key));

    public string? OptionalText(string key) => Scalar(key)?.Value;

    public bool Bool(string key) => Required(key, Scalar(key)).Bool(key);

    public bool Bool(string key, bool absent) => Scalar(key)?.Bool(key) ?? absent;

    public int Integer(string key) => Required(key, Scalar(key)).Integer(key);

    public int Integer(string key, int absent) => Scalar(key)?.Integer(key) ?? absent;

    public long? OptionalLong(string key) => Scalar(key)?.Long(key);

    /// <summary>One of a few words.</summary>
    public string Choice(string key, params ReadOnlySpan<string> choices) => Required(key, OptionalChoice(key, choices));

    public string? OptionalChoice(string key, params ReadOnlySpan<string> choices)
    {
        var scalar = Scalar(key);
        return scalar is null || choices.Contains(scalar.Value)
            ? scalar?.Value
            : throw Wrong(scalar, $"Value of '{key}' should be one of '{string.Join(", ", choices!)}', not '{scalar.Value}'");
    }

    public MappingNode Mapping(string key) => Required(key, OptionalMapping(key));

    public MappingNode? OptionalMapping(string key) => Optional<MappingNode>(key, "dict");

    public SequenceNode Sequence(string key) => Required(key, OptionalSequence(key));

    public SequenceNode? OptionalSequence(string key) => Optional<SequenceNode>(key, "list");

    /// <summary>A list of texts.</summary>
    public ImmutableArray<string> Texts(string key) => Sequence(key).Texts();

    public ImmutableArray<string>? OptionalTexts(string key) => OptionalSequence(key)?.Texts();

    /// <summary>Members that must all be texts.</summary>
    public ImmutableArray<KeyValuePair<string, string>> TextMembers() =>
        [.. Members.Select(member => KeyValuePair.Create(member.Key, Text(member.Key)))];

    public Node RequiredNode(string key) => Required(key, this[key]);

    /// <summary>The text with its place.</summary>
    public ScalarNode RequiredScalar(string key) => Required(key, Scalar(key));

    /// <summary>The text with its place, or null.</summary>
    public ScalarNode? Scalar(string key) => Optional<ScalarNode>(key, "scalar");

    /// <summary>Throws if a key is not among the valid ones. All such keys are reported.</summary>
    public void ExpectKeys(params ReadOnlySpan<string> valid)
    {
        LoadErrors? errors = null;
        foreach (ref readonly var member in Members.AsSpan())
            if (!valid.Contains(member.Key))
                (errors ??= new LoadErrors()).Add(
                    LoadErrorReason.InvalidData, member.Value.Provenance, $"Unexpected key: {member.Key}");
        errors?.ThrowIfAny();
    }

    /// <summary>The same mapping with the value at the key: in its place where the key is there, else at the end.</summary>
    public MappingNode With(string key, Node value)
    {
        var index = IndexOf(key);
        return new MappingNode(
            index < 0
                ? Members.Add(new Member(key, value, value.Provenance))
                : Members.SetItem(index, Members[index] with { Value = value }),
            Provenance);
    }

    /// <summary>The same mapping without these members; itself where it has none of them.</summary>
    public MappingNode Without(params ReadOnlySpan<string> keys)
    {
        var kept = ImmutableArray.CreateBuilder<Member>(Members.Length);
        foreach (ref readonly var member in Members.AsSpan())
            if (!keys.Contains(member.Key))
                kept.Add(member);
        return kept.Count == Members.Length ? this : new MappingNode(kept.DrainToImmutable(), Provenance);
    }

    private T? Optional<T>(string key, string expected)
        where T : Node =>
        this[key] switch
        {
            null => null,
            T node => node,
            var other => throw Wrong(other, $"Value of '{key}' is not of the expected type '{expected}'"),
        };

    private T Required<T>(string key, T? value)
        where T : class =>
        value ?? throw Wrong(this, $"Dictionary did not contain expected key '{key}'");

    private static LoadException Wrong(Node node, string message) =>
        new(LoadErrorReason.InvalidData, node.Provenance, message);
}

public sealed partial class ScalarNode
{
    /// <param name="name">The name of the value, for the message.</param>
    public bool Bool(string name) => Value switch
    {
        "True" or "true" or "1" => true,
        "False" or "false" or "0" => false,
        _ => throw Wrong(name, "boolean"),
    };

    /// <param name="name">The name of the value, for the message.</param>
    public int Integer(string name) =>
        int.TryParse(Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong(name, "int");

    /// <param name="name">The name of the value, for the message.</param>
    public long Long(string name) =>
        long.TryParse(Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong(name, "int");

    private LoadException Wrong(string name, string expected) => new(
        LoadErrorReason.InvalidData, Provenance, $"Value of '{name}' is not of the expected type '{expected}': '{Value}'");
}

public sealed partial class SequenceNode
{
    /// <summary>Items that must all be texts.</summary>
    public ImmutableArray<string> Texts()
    {
        var texts = ImmutableArray.CreateBuilder<string>(Items.Length);
        foreach (var item in Items)
            texts.Add(Expect<ScalarNode>(item, "scalar").Value);
        return texts.MoveToImmutable();
    }

    /// <summary>Items that must all be texts, with their places.</summary>
    public ImmutableArray<ScalarNode> Scalars() => [.. Items.Select(item => Expect<ScalarNode>(item, "scalar"))];

    /// <summary>Items that must all be mappings.</summary>
    public ImmutableArray<MappingNode> Mappings()
    {
        var mappings = ImmutableArray.CreateBuilder<MappingNode>(Items.Length);
        foreach (var item in Items)
            mappings.Add(Expect<MappingNode>(item, "dict"));
        return mappings.MoveToImmutable();
    }

    private static T Expect<T>(Node item, string expected)
        where T : Node =>
        item as T ?? throw new LoadException(
            LoadErrorReason.InvalidData, item.Provenance, $"List item is not of the expected type '{expected}'");
}
