using System.Collections.Immutable;
using Bistro.Model.Composition;
using Bistro.Model.Configuration;
using Bistro.Model.Elements;
using Bistro.Model.Machines;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>The defaults of an element kind in a project: the project's settings, then the plugin's defaults, then <c>elements:</c> of project.conf.</summary>
internal sealed class KindDefaults
{
    private SandboxDeclaration? _sandbox;

    public required IElementKind Kind { get; init; }

    public required VariableSet Variables { get; init; }

    public required MappingNode Environment { get; init; }

    public required ImmutableArray<string> EnvironmentNoCache { get; init; }

    public required MappingNode Config { get; init; }

    public required MappingNode SplitRules { get; init; }

    public required MappingNode Sandbox { get; init; }

    /// <summary>The public data of elements that do not set any.</summary>
    public required MappingNode Public { get; init; }

    /// <summary>Expansions of these defaults.</summary>
    public required ExpansionCache Expansions { get; init; }

    /// <summary>Reads an element's expanded <c>sandbox</c>.</summary>
    /// <exception cref="Errors.LoadException">A member is wrong.</exception>
    public SandboxDeclaration ReadSandbox(MappingNode expanded, HostMachine host) =>
        expanded == Sandbox ? _sandbox ??= SandboxReader.Read(expanded, host) : SandboxReader.Read(expanded, host);

    /// <param name="kind">The kind.</param>
    /// <param name="yaml">The plugin's defaults.</param>
    /// <param name="pass">The project's pass that holds for elements of the kind.</param>
    /// <param name="settings">The project's settings; null in the first pass, where they are not known.</param>
    public static KindDefaults Create(IElementKind kind, MappingNode yaml, ProjectPass pass, ProjectSettings? settings)
    {
        var projectRules = settings?.SplitRules ?? MappingNode.Empty;
        var defaults = Composer.Compose(
            SplitRulesOf.With(yaml, Composer.Compose(projectRules, SplitRulesOf.In(yaml.OptionalMapping("public")))),
            pass.Elements.OptionalMapping(kind.Name) ?? MappingNode.Empty);
        var environment = Composer.Compose(settings?.Environment ?? MappingNode.Empty, Part("environment"));
        var rules = SplitRulesOf.In(defaults.OptionalMapping("public"));
        var publicData = SplitRulesOf.InPublic(MappingNode.Empty, rules);
        var sandbox = Composer.Compose(settings?.Sandbox ?? MappingNode.Empty, Part("sandbox"));
        return new KindDefaults
        {
            Kind = kind,
            Variables = pass.Variables.With(Part("variables")),
            Environment = environment,
            EnvironmentNoCache =
                [.. settings?.EnvironmentNoCache ?? [], .. defaults.OptionalTexts("environment-nocache") ?? []],
            Config = Part("config"),
            SplitRules = rules,
            Public = publicData,
            Sandbox = sandbox,
            Expansions = new ExpansionCache(environment, Part("config"), publicData, sandbox),
        };

        MappingNode Part(string name) => defaults.OptionalMapping(name) ?? MappingNode.Empty;
    }
}

/// <summary>Finds <c>bst: split-rules</c> in public data, the one part of it that elements extend instead of replacing.</summary>
internal static class SplitRulesOf
{
    private const string Core = "bst";
    private const string Rules = "split-rules";

    public static MappingNode In(MappingNode? publicData) =>
        publicData?.OptionalMapping(Core)?.OptionalMapping(Rules) ?? MappingNode.Empty;

    /// <summary>The element with these split rules in its public data.</summary>
    public static MappingNode With(MappingNode element, MappingNode rules)
    {
        var publicData = element.OptionalMapping("public") ?? MappingNode.Empty;
        return element.With("public", InPublic(publicData, rules));
    }

    /// <summary>The public data with these split rules.</summary>
    public static MappingNode InPublic(MappingNode publicData, MappingNode rules) =>
        publicData.With(Core, (publicData.OptionalMapping(Core) ?? MappingNode.Empty).With(Rules, rules));
}
