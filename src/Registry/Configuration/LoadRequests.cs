using Bistro.Model.Projects;
using Bistro.Model.Yaml;
using Bistro.Registry.OnDemand;

namespace Bistro.Registry.Configuration;

/// <summary>How the configuration and the command line say that projects are loaded.</summary>
public static class LoadRequests
{
    /// <summary>For a project that is served.</summary>
    public static LoadRequest For(BistroConfiguration configuration, ServedProject served) => new()
    {
        Directory = served.Path,
        Overlay = served.Overlay,
        Options = [.. Options(served)],
        UserProjects = configuration.ProjectOverrides,
        SourceDefaults = configuration.SourceDefaults,
        Junctions = served.Junctions,
        IsStrict = served.IsStrict,
        DefaultMirror = served.DefaultMirror,
        MaxJobs = configuration.MaxJobs > 0 ? configuration.MaxJobs : Math.Min(Environment.ProcessorCount, 8),
    };

    /// <summary>For a project in a directory. If the configuration serves that project, its settings apply unless the command line overrides them.</summary>
    /// <param name="options">Options of the command line.</param>
    /// <param name="isStrict">Null uses the configuration's setting.</param>
    public static LoadRequest For(
        BistroConfiguration configuration, string directory, IReadOnlyDictionary<string, string> options, bool? isStrict)
    {
        var root = ProjectDirectory(directory);
        var served = configuration.Projects.FirstOrDefault(project => project.Path == root)
            ?? new ServedProject { Name = "", Path = root };
        var request = For(configuration, served);
        return request with
        {
            IsStrict = isStrict ?? request.IsStrict,
            Options = [.. Options(served).Where(option => !options.ContainsKey(option.Key)), .. options],
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> Options(ServedProject served) =>
        from member in served.Options.Members
        let value = member.Value is SequenceNode list ? string.Join(',', list.Texts()) : served.Options.Text(member.Key)
        select KeyValuePair.Create(member.Key, value);

    /// <summary>The nearest folder with a project.conf; if there is none, the folder itself, which the loader then reports.</summary>
    private static string ProjectDirectory(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "project.conf")))
                return folder.FullName;
        return directory;
    }
}
