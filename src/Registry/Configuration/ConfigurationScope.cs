using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Registry.Configuration;

/// <summary>One reading of a configuration: the folder that its paths are relative to, and the mistakes that were found so far.</summary>
/// <param name="directory">Absolute.</param>
/// <param name="isServing">Whether the server is to start.</param>
internal sealed class ConfigurationScope(string directory, bool isServing)
{
    private readonly LoadErrors _errors = new();

    /// <summary>Whether the server's keys and passwords are tried: whoever does not serve need not be able to read them.</summary>
    public bool IsServing { get; } = isServing;

    public string FullPath(string path) => Path.GetFullPath(path, directory);

    /// <summary>The file or folder that the setting names, as an absolute path; null when it is not set.</summary>
    public string? OptionalPath(MappingNode section, string key) =>
        section.OptionalText(key) is { } path ? FullPath(path) : null;

    /// <summary>The mapping at the key, or an empty one; a member with another key is a mistake.</summary>
    public MappingNode Section(MappingNode parent, string key, params ReadOnlySpan<string> keys)
    {
        var section = Check(() => parent.OptionalMapping(key), null) ?? MappingNode.Empty;
        ExpectKeys(section, keys);
        return section;
    }

    /// <summary>A member with another key is a mistake.</summary>
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

    /// <summary>What was read, or something in its place when there is a mistake: it is kept, and the reading goes on.</summary>
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
