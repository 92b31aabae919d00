using System.Collections.Immutable;

namespace Bistro.Model.Keys;

/// <summary>Collects the members of a map in a key, where some may be absent or are not known by name.</summary>
public sealed class KeyMembers
{
    private readonly ImmutableArray<KeyValuePair<string, KeyValue>>.Builder _members =
        ImmutableArray.CreateBuilder<KeyValuePair<string, KeyValue>>();

    public KeyMembers Add(string name, KeyValue value)
    {
        _members.Add(KeyValuePair.Create(name, value));
        return this;
    }

    /// <summary>Adds the member unless it is null.</summary>
    public KeyMembers AddIfPresent(string name, string? value) => value is null ? this : Add(name, value);

    /// <summary>Adds the number unless it is null.</summary>
    public KeyMembers AddIfPresent(string name, long? value) => value is { } present ? Add(name, present) : this;

    /// <summary>Adds the list, empty ones too, unless it is null.</summary>
    public KeyMembers AddIfPresent(string name, ImmutableArray<string>? values) =>
        values is { } present ? Add(name, KeyValue.Of(present)) : this;

    public KeyValue ToKey() => new KeyValue.Map(_members.ToImmutable());

    /// <summary>A map with one member for each item.</summary>
    public static KeyValue Of<T>(IEnumerable<T> items, Func<T, string> name, Func<T, KeyValue> value) =>
        new KeyValue.Map([.. items.Select(item => KeyValuePair.Create(name(item), value(item)))]);

    /// <summary>A map of texts.</summary>
    public static KeyValue OfTexts(IEnumerable<KeyValuePair<string, string>> texts) =>
        Of(texts, text => text.Key, text => text.Value);
}
