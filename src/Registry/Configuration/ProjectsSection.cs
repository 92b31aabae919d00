using System.Collections.Immutable;
using Bistro.Builder.Images.Permissions;
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
        var images = Images(entry).ToList();
        // Whether the folder holds a project is looked at when it is loaded: it may come and go while the server runs.
        return new ServedProject
        {
            Name = name,
            Entry = entry,
            Path = Path.TrimEndingDirectorySeparator(scope.FullPath(entry.Scalar("path")!.Value)),
            Images = images.ToImmutableDictionary(image => image.Name, image => image.Element, StringComparer.Ordinal),
            Files = images.Where(image => !image.Files.IsEmpty).ToImmutableDictionary(image => image.Name, image => image.Files, StringComparer.Ordinal),
            Search = entry.OptionalTexts("search") ?? ServedProject.DefaultSearch,
            Junctions = Texts(entry, "junctions", scope.FullPath),
            Options = entry.OptionalMapping("options") ?? MappingNode.Empty,
            Overlay = scope.OptionalPath(entry, "overlay"),
            IsStrict = entry.Contains("strict") ? entry.Bool("strict", true) : null,
            DefaultMirror = entry.OptionalText("default-mirror"),
        };
    }

    // An image is the name of its element, or a mapping with more.
    private static IEnumerable<(string Name, string Element, ImmutableArray<FileRule> Files)> Images(MappingNode entry)
    {
        foreach (var (name, node, _) in entry.OptionalMapping("images")?.Members ?? [])
        {
            if (node is MappingNode image)
            {
                image.ExpectKeys("element", "files");
                yield return (name, image.Text("element"), image.OptionalSequence("files") is { } files ? FileRuleReader.Read(files) : []);
                continue;
            }
            yield return node is ScalarNode element
                ? (name, element.Value, [])
                : throw node.Wrong($"The value of '{name}' under 'images' must be the name of an element, or a mapping with 'element' and 'files'");
        }
    }

    private static ImmutableDictionary<string, string> Texts(MappingNode entry, string key, Func<string, string> read) =>
        (entry.OptionalMapping(key)?.Members ?? []).ToImmutableDictionary(
            member => member.Key,
            member => member.Value is ScalarNode scalar
                ? read(scalar.Value)
                : throw member.Value.Wrong($"The value of '{member.Key}' under '{key}' must be text"),
            StringComparer.Ordinal);
}
