using System.Text.Json;
using System.Text.Json.Nodes;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Kinds;
using Bistro.Builder.Sources.Mirrors;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Loading;
using Bistro.Model.Machines;
using Bistro.Model.Projects;
using Bistro.Model.Yaml;

namespace Bistro.Conformance.Projects;

/// <summary>Small projects with what BuildStream 2.8.1 printed of them, variant by variant.</summary>
internal static class Corpus
{
    public static KindCatalog Kinds { get; } = new(ElementKinds.All, SourceKinds.All, SourceMirrorKinds.All);

    private static string Folder => Path.Combine(Checkout.Root, "tests", "Conformance", "corpus");

    /// <param name="part"><c>valid</c> or <c>invalid</c>.</param>
    /// <returns>Projects with the names of their variants.</returns>
    public static IEnumerable<(string Project, string Variant)> Variants(string part) =>
        from project in Directory.EnumerateDirectories(Path.Combine(Folder, part)).Order(StringComparer.Ordinal)
        from variant in Expected(project)
        select (Path.GetFileName(project), variant["name"]!.GetValue<string>());

    public static string ProjectFolder(string part, string project) => Path.Combine(Folder, part, project);

    public static JsonObject Variant(string part, string project, string name) =>
        Expected(ProjectFolder(part, project)).Single(variant => variant["name"]!.GetValue<string>() == name);

    /// <summary>Members that the reference could not print: it crashed.</summary>
    public static string[] Dropped(string project, string variant)
    {
        var variants = Path.Combine(ProjectFolder("valid", project), "variants.json");
        return File.Exists(variants)
            ? JsonNode.Parse(File.ReadAllText(variants))!.AsArray()
                .Single(entry => entry!["name"]!.GetValue<string>() == variant)!.AsObject().Texts("drop")
            : [];
    }

    /// <summary>How the reference was asked.</summary>
    /// <param name="overlay">What is not in the checkout; null where the project is whole.</param>
    public static LoadRequest Request(string folder, JsonObject variant, string? overlay) => new()
    {
        Directory = folder,
        Overlay = overlay,
        Options = [.. (variant["options"]?.AsObject() ?? []).Select(option => KeyValuePair.Create(option.Key, option.Value!.GetValue<string>()))],
        UserProjects = variant["userconf"]?.GetValue<string>() is { } configuration
            ? YamlReader.Read(new SourceFile("bistro.yaml", null), configuration).Mapping("projects")
            : MappingNode.Empty,
        IsStrict = variant["strict"]?.GetValue<bool>() == false ? false : null,
        MaxJobs = 4,
        Host = new HostMachine("x86-64", "Linux"),
    };

    public static string[] Texts(this JsonObject variant, string member) =>
        [.. (variant[member]?.AsArray() ?? []).Select(item => item!.GetValue<string>())];

    /// <summary>What <c>bistro show --json</c> prints of the elements.</summary>
    public static JsonArray Json(IEnumerable<Element> elements, ElementCaches caches)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            ElementJson.Write(writer, elements, caches);
        return JsonNode.Parse(stream.ToArray())!["elements"]!.AsArray();
    }

    private static IEnumerable<JsonObject> Expected(string project) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(project, "expected.json")))!["variants"]!.AsArray().Select(variant => variant!.AsObject());
}
