using System.Collections.Immutable;
using Bistro.Model.Composition;
using Bistro.Model.Errors;
using Bistro.Model.Projects;
using Bistro.Model.Yaml;

namespace Bistro.Model.Configuration;

/// <summary>
/// What project.conf contains without includes from behind junctions: enough to load the project's junctions and links.
/// </summary>
internal sealed record ProjectConfiguration
{
    // The supported version of BuildStream's format.
    private const int FormatMajor = 2;
    private const int FormatMinor = 8;

    private static readonly string[] Members =
    [
        "min-version", "element-path", "variables", "environment", "environment-nocache", "split-rules", "elements", "plugins",
        "aliases", "name", "defaults", "artifacts", "options", "fail-on-overlap", "shell", "fatal-warnings", "ref-storage",
        "sandbox", "mirrors", "sources", "source-caches", "junctions", "source-provenance-attributes", "(@)", "(?)",
    ];

    /// <summary>The file as written.</summary>
    public required MappingNode Written { get; init; }

    public required string Name { get; init; }

    /// <summary>The project path of the folder with elements; empty for the project itself.</summary>
    public required string ElementPath { get; init; }

    public required ImmutableArray<string> DefaultTargets { get; init; }

    public required ImmutableArray<string> FatalWarnings { get; init; }

    /// <summary>Projects that may be loaded more than once, by name, with the junctions that do so.</summary>
    public required ImmutableDictionary<string, ImmutableArray<ScalarNode>> Duplicates { get; init; }

    /// <summary>Junctions whose projects are not visible to the projects above.</summary>
    public required ImmutableArray<ScalarNode> Internals { get; init; }

    /// <summary>Whether subprojects may only use aliases that this project maps.</summary>
    public required bool ForbidsSubprojectUrls { get; init; }

    /// <summary>Whether refs are in <c>project.refs</c> instead of the elements.</summary>
    public required bool UsesRefFiles { get; init; }

    /// <summary>The settings for junctions and links.</summary>
    public required ProjectPass Pass { get; init; }

    public required ImmutableArray<PluginOrigin> Plugins { get; init; }

    /// <summary>Reads project.conf.</summary>
    /// <param name="written">The file.</param>
    /// <param name="input">What it depends on beside its text.</param>
    /// <exception cref="LoadException">It is wrong.</exception>
    public static ProjectConfiguration Read(MappingNode written, ProjectInput input)
    {
        var config = Composer.Compose(ProjectDefaults.Content, written);
        ExpectVersion(config);
        config.ExpectKeys(Members);
        var name = written.RequiredScalar("name");
        SymbolName.Expect(name.Value, "project name", name.Provenance);
        var elementPath = input.Files.Check(config.RequiredScalar("element-path"), ProjectPathKind.Directory);
        config.Mapping("defaults").ExpectKeys("targets");
        var junctions = config.OptionalMapping("junctions") ?? MappingNode.Empty;
        junctions.ExpectKeys("duplicates", "internal", "disallow-subproject-uris");
        var refStorage = config.RequiredScalar("ref-storage");
        if (refStorage.Value is not ("inline" or SourceRefs.ProjectFile))
            throw new LoadException(
                LoadErrorReason.InvalidData,
                refStorage.Provenance,
                $"Invalid value '{refStorage.Value}' specified for ref-storage: it is 'inline' or '{SourceRefs.ProjectFile}'");

        var fatalWarnings = config.OptionalTexts("fatal-warnings") ?? [];
        if (input.ForbidsSubprojectUrls && !fatalWarnings.Contains(SourceUrls.Unaliased))
            fatalWarnings = fatalWarnings.Add(SourceUrls.Unaliased);

        var local = Composer.Compose(
            ProjectDefaults.Content,
            new Includes(input.Yaml, localOnly: true, judgesConditions: false).Process(written, input.Scope));
        return new ProjectConfiguration
        {
            Written = written,
            Name = name.Value,
            ElementPath = elementPath.Trim('/') is "." ? "" : elementPath.Trim('/'),
            DefaultTargets = config.Mapping("defaults").OptionalTexts("targets") ?? [],
            FatalWarnings = fatalWarnings,
            Duplicates = ReadDuplicates(junctions),
            Internals = [.. (junctions.OptionalSequence("internal")?.Items ?? []).Select(ExpectText)],
            ForbidsSubprojectUrls = input.ForbidsSubprojectUrls || junctions.Bool("disallow-subproject-uris", false),
            UsesRefFiles = refStorage.Value == SourceRefs.ProjectFile,
            Plugins = PluginOrigin.ReadAll(local.OptionalSequence("plugins")),
            // Mirrors are asked only for the sources of ordinary elements and of junctions; their kinds may be plugins.
            Pass = input.PassReader(name.Value, elementPath).Read(local, input.Mirror, isFirst: true),
        };
    }

    /// <summary>The whole file with everything that it includes, also from behind junctions.</summary>
    /// <exception cref="LoadException">It is wrong.</exception>
    public ProjectPass ReadWhole(ProjectInput input)
    {
        var included = new Includes(input.Yaml, judgesConditions: false).Process(Written, input.Scope);
        // The project's own attributes come instead of the default ones, also if there are none.
        var defaults = included.Contains(ProjectSettings.AttributesKey)
            ? ProjectDefaults.Content.Without(ProjectSettings.AttributesKey)
            : ProjectDefaults.Content;
        var pass = input.PassReader(Name, ElementPath).Read(Composer.Compose(defaults, included), input.Mirror, isFirst: false);
        pass.Rest.ExpectKeys(Members);
        foreach (var key in (ReadOnlySpan<string>)["name", "element-path", "min-version", "plugins"])
            if (included[key] is { } node && node.Provenance.File != Written.Provenance.File)
                throw new LoadException(
                    LoadErrorReason.InvalidData, node.Provenance, $"Unexpected key: {key}: it must be specified in project.conf itself");
        return pass;
    }

    private static void ExpectVersion(MappingNode config)
    {
        var version = config.Scalar("min-version") ?? throw new LoadException(
            LoadErrorReason.InvalidData,
            config.Provenance,
            "Dictionary did not contain expected key 'min-version' (a project for BuildStream 1 has none; it cannot be loaded)");
        var parts = version.Value.Split('.');
        if (parts.Length < 2 || !int.TryParse(parts[0], out var major) || !int.TryParse(parts[1], out var minor))
            throw new LoadException(
                LoadErrorReason.InvalidData, version.Provenance, $"Malformed version '{version.Value}': it is MAJOR.MINOR, two numbers");
        if (major != FormatMajor)
            throw new LoadException(
                LoadErrorReason.UnsupportedProject,
                version.Provenance,
                $"Version mismatch: the project is written for BuildStream {major}, but only projects for BuildStream {FormatMajor} can be loaded");
        if (minor > FormatMinor)
            throw new LoadException(
                LoadErrorReason.UnsupportedProject,
                version.Provenance,
                $"Version mismatch: the project requires at least BuildStream {major}.{minor}, but its format is known up to {FormatMajor}.{FormatMinor}");
    }

    private static ImmutableDictionary<string, ImmutableArray<ScalarNode>> ReadDuplicates(MappingNode junctions)
    {
        var duplicates = junctions.OptionalMapping("duplicates") ?? MappingNode.Empty;
        return duplicates.Members.ToImmutableDictionary(
            member => member.Key,
            member => duplicates.Sequence(member.Key).Items.Select(ExpectText).ToImmutableArray(),
            StringComparer.Ordinal);
    }

    private static ScalarNode ExpectText(Node node) => node as ScalarNode ?? throw new LoadException(
        LoadErrorReason.InvalidData, node.Provenance, "Expected the path of a junction");
}
