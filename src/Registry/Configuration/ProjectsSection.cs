using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;
using Bistro.Registry.Names;
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
        foreach (var (name, node, place) in scope.Check(() => root.OptionalMapping("projects"), null)?.Members ?? [])
        {
            if (node is not MappingNode entry)
                scope.Add(node.Wrong($"The entry of project '{name}' must be a mapping"));
            else if (!entry.Contains("path"))
                scope.ExpectKeys(entry, Overrides);
            else if (scope.Check<ServedProject?>(() => Read(name, place, entry, scope), null) is { } project)
                projects.Add(project);
        }
        return projects.ToImmutable();
    }

    private static ServedProject Read(string name, Provenance place, MappingNode entry, ConfigurationScope scope)
    {
        if (name.Contains('/', StringComparison.Ordinal) || !RepositoryName.TryParse($"{name}/image", out _))
            throw new LoadException(
                LoadErrorReason.InvalidData, place,
                $"No client can write the project's name '{name}' in an image's name: use lower-case letters and digits, with single '.', '_' or '-' between them");
        entry.ExpectKeys([.. Overrides, "path", "images", "search", "junctions", "overlay"]);
        foreach (var (image, _, written) in entry.OptionalMapping("images")?.Members ?? [])
            if (!RepositoryName.TryParse($"{name}/{image}", out _))
                throw new LoadException(LoadErrorReason.InvalidData, written, $"No client can write the image's name '{image}': use lower-case letters and digits, with single '.', '_', '-' or '/' between them");
        // Whether the folder holds a project is looked at when it is loaded: it may come and go while the server runs.
        return new ServedProject
        {
            Name = name,
            Entry = entry,
            Path = Path.TrimEndingDirectorySeparator(scope.FullPath(entry.Scalar("path")!.Value)),
            Images = Texts(entry, "images", element => element),
            Search = entry.OptionalTexts("search") ?? ServedProject.DefaultSearch,
            Junctions = Texts(entry, "junctions", scope.FullPath),
            Options = entry.OptionalMapping("options") ?? MappingNode.Empty,
            Overlay = scope.OptionalPath(entry, "overlay"),
            IsStrict = entry.Contains("strict") ? entry.Bool("strict", true) : null,
            DefaultMirror = entry.OptionalText("default-mirror"),
        };
    }

    private static ImmutableDictionary<string, string> Texts(MappingNode entry, string key, Func<string, string> read) =>
        (entry.OptionalMapping(key)?.Members ?? []).ToImmutableDictionary(
            member => member.Key,
            member => member.Value is ScalarNode scalar
                ? read(scalar.Value)
                : throw member.Value.Wrong($"The value of '{member.Key}' under '{key}' must be text"),
            StringComparer.Ordinal);
}
