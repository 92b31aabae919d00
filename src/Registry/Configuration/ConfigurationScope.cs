using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Registry.Configuration;

/// <summary>The state of reading one configuration: the folder for relative paths, and the mistakes found so far.</summary>
/// <param name="directory">Absolute.</param>
/// <param name="isServing">Whether the server starts.</param>
internal sealed class ConfigurationScope(string directory, bool isServing)
{
    private readonly LoadErrors _errors = new();

    /// <summary>Whether the server's keys and passwords are checked. Other commands need no permission to read them.</summary>
    public bool IsServing { get; } = isServing;

    public string FullPath(string path) => Path.GetFullPath(path, directory);

    /// <summary>The absolute path of the file or folder in the setting; null if it is not set.</summary>
    public string? OptionalPath(MappingNode section, string key) =>
        section.OptionalText(key) is { } path ? FullPath(path) : null;

    /// <summary>The mapping at the key, or an empty one. Members with other keys are mistakes.</summary>
    public MappingNode Section(MappingNode parent, string key, params ReadOnlySpan<string> keys)
    {
        var section = Check(() => parent.OptionalMapping(key), null) ?? MappingNode.Empty;
        ExpectKeys(section, keys);
        return section;
    }

    /// <summary>Members with other keys are mistakes.</summary>
    public void ExpectKeys(MappingNode section, params ReadOnlySpan<string> keys)
    {
        try
        {
            section.ExpectKeys(keys);
        }
        catch (LoadException mistake)
        {
            _errors.Add(mistake);
        }
    }

    /// <summary>Reads a value. A mistake is recorded, and <paramref name="otherwise"/> returned, so that reading can continue.</summary>
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

    public void Add(LoadException mistake) => _errors.Add(mistake);

    /// <exception cref="LoadException">There were mistakes.</exception>
    public void ThrowIfAny() => _errors.ThrowIfAny();
}
