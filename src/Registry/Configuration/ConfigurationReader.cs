using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;
using Bistro.Registry.OnDemand;

namespace Bistro.Registry.Configuration;

/// <summary>
/// Reads <c>bistro.yaml</c> with Model's reader: each complaint has file, line and column, and independent mistakes are told
/// together. An environment variable <c>BISTRO_…</c> wins over the file (<see cref="EnvironmentSettings"/>).
/// </summary>
public sealed class ConfigurationReader(Func<string, string?> environment)
{
    private readonly LoadErrors _errors = new();

    /// <param name="path">Absolute; null reads the environment alone.</param>
    /// <exception cref="LoadException">The file is missing or wrong.</exception>
    public BistroConfiguration Read(string? path)
    {
        var written = path is null ? MappingNode.Empty : YamlReader.ReadFile(new SourceFile(Path.GetRelativePath(Environment.CurrentDirectory, path), path));
        var root = EnvironmentSettings.Overlay(written, environment);
        var directory = path is null ? Environment.CurrentDirectory : Path.GetDirectoryName(path)!;
        Check(() => root.ExpectKeys("listen", "store", "projects", "source-defaults", "scheduler", "build", "waiting"));
        var scheduler = Section(root, "scheduler", "builders", "network-retries");
        var build = Section(root, "build", "max-jobs");
        var waiting = Section(root, "waiting", "default", "impatient");
        var defaults = new BistroConfiguration();
        var configuration = defaults with
        {
            File = path,
            Listen = Check(() => Listen(root.Scalar("listen")), defaults.Listen),
            Store = Check(() => root.OptionalText("store") is { } store ? Path.GetFullPath(store, directory) : null, null),
            Projects = Check(() => Projects(root, directory), []),
            ProjectOverrides = Check(() => root.OptionalMapping("projects"), null) ?? MappingNode.Empty,
            SourceDefaults = Check(() => root.OptionalMapping("source-defaults"), null) ?? MappingNode.Empty,
            Builders = Check(() => Positive(scheduler, "builders", defaults.Builders), 1),
            NetworkRetries = Check(() => scheduler.Integer("network-retries", defaults.NetworkRetries), 0),
            MaxJobs = Check(() => build.Integer("max-jobs", defaults.MaxJobs), 0),
            Waiting = new OnDemandOptions
            {
                Hold = Check(() => Seconds(waiting, "default", defaults.Waiting.Hold), default),
                HastyHold = Check(() => Seconds(waiting, "impatient", defaults.Waiting.HastyHold), default),
            },
        };
        _errors.ThrowIfAny();
        return configuration;
    }

    private ImmutableArray<ServedProject> Projects(MappingNode root, string directory)
    {
        var projects = ImmutableArray.CreateBuilder<ServedProject>();
        foreach (var (name, node, _) in root.OptionalMapping("projects")?.Members ?? [])
        {
            if (node is not MappingNode entry)
                _errors.Add(LoadErrorReason.InvalidData, node.Provenance, $"The entry of project '{name}' must be a mapping");
            else if (entry.Contains("path"))
                Check(() => projects.Add(Project(name, entry, directory)));
        }
        return projects.ToImmutable();
    }

    private static ServedProject Project(string name, MappingNode entry, string directory)
    {
        entry.ExpectKeys(
            "path", "images", "search", "junctions", "options", "overlay", "strict", "default-mirror", "mirrors", "artifacts", "source-caches");
        var path = entry.Scalar("path")!;
        var project = new ServedProject
        {
            Name = name,
            Path = Path.GetFullPath(path.Value, directory),
            Images = Texts(entry, "images", element => element),
            Search = entry.OptionalTexts("search") ?? ServedProject.DefaultSearch,
            Junctions = Texts(entry, "junctions", target => Path.GetFullPath(target, directory)),
            Options = entry.OptionalMapping("options") ?? MappingNode.Empty,
            Overlay = entry.OptionalText("overlay") is { } overlay ? Path.GetFullPath(overlay, directory) : null,
            IsStrict = entry.Bool("strict", true),
            DefaultMirror = entry.OptionalText("default-mirror"),
        };
        return File.Exists(Path.Combine(project.Path, "project.conf"))
            ? project
            : throw Wrong(path, $"There is no project.conf in '{project.Path}': 'path' names the folder of a BuildStream project");
    }

    private static ImmutableDictionary<string, string> Texts(MappingNode entry, string key, Func<string, string> read) =>
        (entry.OptionalMapping(key)?.Members ?? []).ToImmutableDictionary(
            member => member.Key,
            member => member.Value is ScalarNode scalar
                ? read(scalar.Value)
                : throw Wrong(member.Value, $"The value of '{member.Key}' under '{key}' must be text"),
            StringComparer.Ordinal);

    private static ListenAddress Listen(ScalarNode? node) =>
        node is null
            ? ListenAddress.Default
            : ListenAddress.TryParse(node.Value) ?? throw Wrong(node, $"'{node.Value}' is no address to listen on: write HOST:PORT, as in localhost:5000");

    private static int Positive(MappingNode section, string key, int absent)
    {
        var value = section.Integer(key, absent);
        return value > 0 ? value : throw Wrong(section[key]!, $"'{key}' must be at least 1, not {value}");
    }

    private static TimeSpan Seconds(MappingNode section, string key, TimeSpan absent) =>
        section.Contains(key) ? TimeSpan.FromSeconds(Positive(section, key, 1)) : absent;

    private MappingNode Section(MappingNode root, string key, params string[] keys)
    {
        var section = Check(() => root.OptionalMapping(key), null) ?? MappingNode.Empty;
        Check(() => section.ExpectKeys(keys));
        return section;
    }

    private static LoadException Wrong(Node node, string message) => new(LoadErrorReason.InvalidData, node.Provenance, message);

    private void Check(Action check) => Check<object?>(
        () =>
        {
            check();
            return null;
        },
        null);

    private T Check<T>(Func<T> read, T otherwise)
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
}
