using System.Text.Json.Nodes;
using Bistro.Model.Elements;
using Bistro.Model.Loading;

namespace Bistro.Conformance.Projects;

/// <summary>Every project that BuildStream loads is loaded as it does, down to the last character of each key's text.</summary>
public sealed class ValidCorpusTests
{
    // Nothing is built, and what there is to fetch is not fetched.
    private static readonly ElementCaches Caches = ElementCaches.Empty;

    public static TheoryData<string, string> Variants => new(Corpus.Variants("valid"));

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task It_loads_as_the_reference_does(string project, string name)
    {
        var folder = Corpus.ProjectFolder("valid", project);
        var variant = Corpus.Variant("valid", project, name);
        var expected = variant["elements"]!.AsArray();
        // Of a project without targets the reference shows all elements in the order of the disk, which is no promise.
        string[] targets = variant.Texts("targets") is { Length: > 0 } given ? given : [.. expected.Select(Name)];

        var loader = new ProjectLoader(Corpus.Request(folder, variant, Overlay(project)), Corpus.Kinds);
        var loaded = await loader.LoadAsync(targets, variant.Texts("except"), TestContext.Current.CancellationToken);

        var selected = new ElementSelection(
            variant["deps"]!.GetValue<string>(), variant["order"]!.GetValue<string>())
            .Of(loaded.Targets, loaded.Excepted);
        var actual = Corpus.Json(selected, Caches);
        Assert.Equal(expected.Select(Name), actual.Select(Name));
        var dropped = Corpus.Dropped(project, name);
        foreach (var (wanted, got) in expected.Zip(actual))
            foreach (var (member, value) in wanted!.AsObject())
                if (!dropped.Contains(member))
                    Assert.True(
                        JsonNode.DeepEquals(Located(value, folder), got![member]),
                        $"{Name(wanted)}: {member} is{Environment.NewLine}{got[member]}{Environment.NewLine}and not{Environment.NewLine}{value}");
    }

    /// <summary>What may not be copied into the checkout lies beside it.</summary>
    private static string? Overlay(string project)
    {
        if (project != "build-systems" && !project.StartsWith("community-", StringComparison.Ordinal))
            return null;
        var folder = Checkout.Shared is { } shared ? Path.Combine(shared, "corpus", "valid", project) : null;
        Assert.SkipUnless(Directory.Exists(folder), $"The plugin's own defaults for {project} are not beside the checkout.");
        return folder;
    }

    private static string Name(JsonNode? element) => element!["name"]!.GetValue<string>();

    private static JsonNode? Located(JsonNode? value, string folder) => value is null
        ? null
        : JsonNode.Parse(value.ToJsonString().Replace("@PROJECT@", folder, StringComparison.Ordinal));
}
