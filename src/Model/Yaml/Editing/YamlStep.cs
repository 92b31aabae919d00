namespace Bistro.Model.Yaml.Editing;

/// <summary>A step on the way to a value: a key of a mapping, or the index of a list's item.</summary>
public readonly record struct YamlStep
{
    private YamlStep(string? key, int index) => (Key, Index) = (key, index);

    /// <summary>Null for an index.</summary>
    public string? Key { get; }

    public int Index { get; }

    public static implicit operator YamlStep(string key) => new(key, 0);

    public static implicit operator YamlStep(int index) => new(null, index);
}
