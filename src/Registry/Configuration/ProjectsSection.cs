using System.Collections.Immutable;
using Bistro.Model.Yaml;
using Bistro.Registry.OnDemand;

namespace Bistro.Registry.Configuration;

/// <summary>Reads <c>projects:</c>, as far as it says what is served; the rest are BuildStream's overrides.</summary>
internal static class ProjectsSection
{
    private static readonly string[] Overrides =
        ["options", "strict", "default-mirror", "mirrors", "artifacts", "source-caches", "remote-execution"];

    public static ImmutableArray<ServedProject> Read(MappingNode root, ConfigurationScope scope)
    {
        var projects = ImmutableArray.CreateBuilder<ServedProject>();
        foreach (var (name, node, _) in scope.Check(() => root.OptionalMapping("projects"), null)?.Members ?? [])
        {
            if (node is not MappingNode entry)
                scope.Add(node.Wrong($"The entry of project '{name}' must be a mapping"));
            else if (!entry.Contains("path"))
                scope.ExpectKeys(entry, Overrides);
            else if (scope.Check<ServedProject?>(() => Read(name, entry, scope), null) is { } project)
                projects.Add(project);
        }
        return projects.ToImmutable();
    }

    private static ServedProject Read(string name, MappingNode entry, ConfigurationScope scope)
    {
        entry.ExpectKeys([.. Overrides, "path", "images", "search", "junctions", "overlay"]);
        var path = entry.Scalar("path")!;
        var project = new ServedProject
        {
            Name = name,
            Path = scope.FullPath(path.Value),
            Images = Texts(entry, "images", element => element),
            Search = entry.OptionalTexts("search") ?? ServedProject.DefaultSearch,
            Junctions = Texts(entry, "junctions", scope.FullPath),
            Options = entry.OptionalMapping("options") ?? MappingNode.Empty,
            Overlay = scope.OptionalPath(entry, "overlay"),
            IsStrict = entry.Contains("strict") ? entry.Bool("strict", true) : null,
            DefaultMirror = entry.OptionalText("default-mirror"),
        };
        return File.Exists(Path.Combine(project.Path, "project.conf"))
            ? project
            : throw path.Wrong($"There is no project.conf in '{project.Path}': 'path' names the folder of a BuildStream project");
    }

    private static ImmutableDictionary<string, string> Texts(MappingNode entry, string key, Func<string, string> read) =>
        (entry.OptionalMapping(key)?.Members ?? []).ToImmutableDictionary(
            member => member.Key,
            member => member.Value is ScalarNode scalar
                ? read(scalar.Value)
                : throw member.Value.Wrong($"The value of '{member.Key}' under '{key}' must be text"),
            StringComparer.Ordinal);
}
