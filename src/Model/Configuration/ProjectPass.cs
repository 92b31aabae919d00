using System.Collections.Immutable;
using Bistro.Model.Composition;
using Bistro.Model.Errors;
using Bistro.Model.Options;
using Bistro.Model.Projects;
using Bistro.Model.Sources;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;

namespace Bistro.Model.Configuration;

/// <summary>
/// The options, variables and defaults of kinds in project.conf. It is read twice: first without includes from behind junctions, for
/// junctions and links; then whole.
/// </summary>
internal sealed record ProjectPass
{
    public required OptionSet Options { get; init; }

    /// <summary>The variables of every element of the project, before those of its kind.</summary>
    public required VariableSet Variables { get; init; }

    /// <summary>The defaults of element kinds: <c>elements</c>.</summary>
    public required MappingNode Elements { get; init; }

    /// <summary>The defaults of source kinds: <c>sources</c>.</summary>
    public required MappingNode Sources { get; init; }

    /// <summary>URLs by alias, expanded.</summary>
    public required MappingNode Aliases { get; init; }

    public required ImmutableArray<NamedMirror> Mirrors { get; init; }

    /// <summary>The mirror to ask first, if it has one.</summary>
    public required string? DefaultMirror { get; init; }

    /// <summary>Everything else, with conditions evaluated.</summary>
    public required MappingNode Rest { get; init; }
}

/// <summary>A mirror of a project.</summary>
internal sealed record NamedMirror(string Name, ISourceMirror Mirror);

/// <summary>Reads a <see cref="ProjectPass"/>.</summary>
/// <param name="Request">What is loaded, and how.</param>
/// <param name="ProjectName">The project's name.</param>
/// <param name="Root">Absolute path of the project, and of the top one.</param>
/// <param name="TopRoot">Absolute path of the top project.</param>
/// <param name="JunctionOptions">The options that the junction gives; null for the top project.</param>
/// <param name="OptionHost">What options default to.</param>
internal sealed record ProjectPassReader(
    LoadRequest Request, string ProjectName, string Root, string TopRoot, MappingNode? JunctionOptions, OptionHost OptionHost)
{
    // These are read before options are known, so they cannot depend on them.
    private static readonly string[] Unconditional =
    [
        "min-version", "name", "element-path", "junctions", "defaults", "fatal-warnings", "ref-storage", "options", "plugins",
    ];

    private MappingNode Overrides => Request.UserProjects.OptionalMapping(ProjectName) ?? MappingNode.Empty;

    /// <param name="config">project.conf over the defaults, with includes composed, conditions not evaluated yet.</param>
    /// <param name="mirrors">How a mirror of a kind is read.</param>
    /// <param name="isFirst">Then an option of the command line may still be unknown.</param>
    public ProjectPass Read(MappingNode config, Func<MappingNode, ISourceMirror> mirrors, bool isFirst)
    {
        var options = OptionDeclarations.Load(config.OptionalMapping("options") ?? MappingNode.Empty, OptionHost).Resolve(
            [JunctionOptions ?? MappingNode.Empty, Overrides.OptionalMapping("options") ?? MappingNode.Empty],
            JunctionOptions is null ? Request.Options : [],
            ignoreUnknown: isFirst);
        config = Conditions.Process(config, options, Unconditional);
        var rest = config.Without("elements", "sources");
        Directive.ExpectNoneOfLists(rest);

        var variables = Automatic(config.Mapping("variables"), options);
        var expansion = VariableSet.Create(WithRoots(variables));
        var declaredMirrors = Overrides.OptionalSequence("mirrors") ?? config.OptionalSequence("mirrors");
        var named = ReadMirrors(declaredMirrors, expansion, mirrors);
        return new ProjectPass
        {
            Options = options,
            Variables = VariableSet.Create(variables),
            Elements = config.OptionalMapping("elements") ?? MappingNode.Empty,
            Sources = config.OptionalMapping("sources") ?? MappingNode.Empty,
            Aliases = expansion.Expand(config.OptionalMapping("aliases") ?? MappingNode.Empty),
            Mirrors = named,
            DefaultMirror = (JunctionOptions is null ? Request.DefaultMirror : null)
                ?? Overrides.OptionalText("default-mirror")
                ?? (named.IsEmpty ? null : named[0].Name),
            Rest = rest,
        };
    }

    private MappingNode Automatic(MappingNode variables, OptionSet options)
    {
        variables = Set(variables, "project-name", ProjectName);
        variables = Set(variables, "max-jobs", $"{Request.MaxJobs}");
        foreach (var (name, value) in options.Exports)
            variables = Set(variables, name, value);
        return variables;
    }

    // A variable that the user set keeps the user's place: it is found there to be protected.
    private static MappingNode Set(MappingNode variables, string name, string value) =>
        variables.With(name, new ScalarNode(value, variables[name]?.Provenance ?? Provenance.None));

    private MappingNode WithRoots(MappingNode variables)
    {
        variables = Set(variables, "project-root", Root);
        variables = Set(variables, "toplevel-root", TopRoot);
        variables = Set(variables, "project-root-uri", FileUrl(Root));
        return Set(variables, "toplevel-root-uri", FileUrl(TopRoot));
    }

    private static string FileUrl(string path) =>
        "file://" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static ImmutableArray<NamedMirror> ReadMirrors(
        SequenceNode? declared, VariableSet variables, Func<MappingNode, ISourceMirror> read) =>
        declared is null
            ? []
            : [.. ((SequenceNode)variables.Expand(declared)).Mappings().Select(mirror => new NamedMirror(mirror.Text("name"), read(mirror)))];
}
