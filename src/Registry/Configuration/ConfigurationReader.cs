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
    private readonly Mistakes _mistakes = new();

    /// <param name="path">Absolute; null reads the environment alone.</param>
    /// <exception cref="LoadException">The file is missing or wrong.</exception>
    public BistroConfiguration Read(string? path)
    {
        var written = path is null ? MappingNode.Empty : YamlReader.ReadFile(new SourceFile(Path.GetRelativePath(Environment.CurrentDirectory, path), path));
        var root = EnvironmentSettings.Overlay(written, environment);
        var directory = path is null ? Environment.CurrentDirectory : Path.GetDirectoryName(path)!;
        _mistakes.Check(() => root.ExpectKeys("listen", "store", "projects", "source-defaults", "scheduler", "build", "cache", "waiting"));
        var scheduler = _mistakes.Section(root, "scheduler", "builders", "network-retries");
        var build = _mistakes.Section(root, "build", "max-jobs");
        var waiting = _mistakes.Section(root, "waiting", "default", "impatient");
        var defaults = new BistroConfiguration();
        var configuration = defaults with
        {
            File = path,
            Listen = _mistakes.Check(() => Listen(root.Scalar("listen")), defaults.Listen),
            Store = _mistakes.Check(() => root.OptionalText("store") is { } store ? Path.GetFullPath(store, directory) : null, null),
            Projects = _mistakes.Check(() => Projects(root, directory), []),
            ProjectOverrides = _mistakes.Check(() => root.OptionalMapping("projects"), null) ?? MappingNode.Empty,
            SourceDefaults = _mistakes.Check(() => root.OptionalMapping("source-defaults"), null) ?? MappingNode.Empty,
            Builders = _mistakes.Number(scheduler, "builders", defaults.Builders),
            NetworkRetries = _mistakes.Number(scheduler, "network-retries", defaults.NetworkRetries, least: 0),
            MaxJobs = _mistakes.Number(build, "max-jobs", defaults.MaxJobs, least: 0),
            Cache = CacheSection.Read(root, _mistakes),
            Waiting = new OnDemandOptions
            {
                Hold = _mistakes.Seconds(waiting, "default", defaults.Waiting.Hold),
                HastyHold = _mistakes.Seconds(waiting, "impatient", defaults.Waiting.HastyHold),
            },
        };
        _mistakes.ThrowIfAny();
        return configuration;
    }

    private ImmutableArray<ServedProject> Projects(MappingNode root, string directory)
    {
        var projects = ImmutableArray.CreateBuilder<ServedProject>();
        foreach (var (name, node, _) in root.OptionalMapping("projects")?.Members ?? [])
        {
            if (node is not MappingNode entry)
                _mistakes.Check(() => throw Mistakes.At(node, $"The entry of project '{name}' must be a mapping"));
            else if (entry.Contains("path"))
                _mistakes.Check(() => projects.Add(Project(name, entry, directory)));
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
            : throw Mistakes.At(path, $"There is no project.conf in '{project.Path}': 'path' names the folder of a BuildStream project");
    }

    private static ImmutableDictionary<string, string> Texts(MappingNode entry, string key, Func<string, string> read) =>
        (entry.OptionalMapping(key)?.Members ?? []).ToImmutableDictionary(
            member => member.Key,
            member => member.Value is ScalarNode scalar
                ? read(scalar.Value)
                : throw Mistakes.At(member.Value, $"The value of '{member.Key}' under '{key}' must be text"),
            StringComparer.Ordinal);

    private static ListenAddress Listen(ScalarNode? node) =>
        node is null
            ? ListenAddress.Default
            : ListenAddress.TryParse(node.Value) ?? throw Mistakes.At(node, $"'{node.Value}' is no address to listen on: write HOST:PORT, as in localhost:5000");
}
