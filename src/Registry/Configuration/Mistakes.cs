using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Registry.Configuration;

/// <summary>Gathers what is wrong with a configuration, so that all of it is told together.</summary>
internal sealed class Mistakes
{
    private readonly LoadErrors _errors = new();

    public static LoadException At(Node node, string message) => new(LoadErrorReason.InvalidData, node.Provenance, message);

    /// <summary>What a reader gives, or <paramref name="otherwise"/> when it complains.</summary>
    public T Check<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (LoadException mistake)
        {
            _errors.Add(mistake);
            return otherwise;
        }
    }

    public void Check(Action check) => Check<object?>(
        () =>
        {
            check();
            return null;
        },
        null);

    /// <summary>A section of the file, with only these members; empty when it is not there.</summary>
    public MappingNode Section(MappingNode parent, string key, params string[] keys)
    {
        var section = Check(() => parent.OptionalMapping(key), null) ?? MappingNode.Empty;
        Check(() => section.ExpectKeys(keys));
        return section;
    }

    /// <summary>A number that is at least <paramref name="least"/>.</summary>
    public int Number(MappingNode section, string key, int absent, int least = 1) => Check(
        () =>
        {
            var value = section.Integer(key, absent);
            return value >= least ? value : throw At(section[key]!, $"'{key}' must be at least {least}, not {value}");
        },
        absent);

    public TimeSpan Seconds(MappingNode section, string key, TimeSpan absent, int least = 1) =>
        section.Contains(key) ? TimeSpan.FromSeconds(Number(section, key, least, least)) : absent;

    /// <exception cref="LoadException">At least one mistake was found.</exception>
    public void ThrowIfAny() => _errors.ThrowIfAny();
}
