using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Model.Composition;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>All of an element that does not hang on its dependencies: composed over its kind's defaults and expanded.</summary>
internal sealed record ElementParts
{
    // What the program sets itself. A user's own would not reach every place where it counts.
    private static readonly string[] ProtectedVariables = ["project-name", "element-name", "max-jobs"];

    public required IElementKind Kind { get; init; }

    public required VariableSet Variables { get; init; }

    /// <summary>Every variable with its value.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Values { get; init; }

    public required MappingNode Environment { get; init; }

    public required ImmutableArray<string> EnvironmentNoCache { get; init; }

    public required MappingNode Config { get; init; }

    public required MappingNode Public { get; init; }

    public required SandboxDeclaration Sandbox { get; init; }

    public required ImmutableArray<Source> Sources { get; init; }

    /// <summary>What of it is no mistake, but perhaps not meant.</summary>
    public required ImmutableArray<LoadError> Warnings { get; init; }

    /// <exception cref="LoadException">The element is wrong.</exception>
    public static ElementParts Compose(ElementNode node)
    {
        var content = node.Declaration.Content;
        var kind = node.Project.ElementKind(node.Declaration.Kind, content.Provenance);
        var variables = ComposeVariables(node, kind);
        var warnings = new ConcurrentQueue<LoadError>();
        return new ElementParts
        {
            Kind = kind.Kind,
            Variables = variables,
            Values = node.Declaration.IsFirstPass ? KnownValues(variables) : variables.Values,
            Environment = variables.Expand(Over(kind.Environment, content, "environment")),
            EnvironmentNoCache = [.. kind.EnvironmentNoCache.Concat(content.OptionalTexts("environment-nocache") ?? []).Distinct()],
            Config = variables.Expand(Over(kind.Config, content, "config")),
            Public = variables.Expand(ComposePublic(kind, content)),
            Sandbox = SandboxReader.Read(variables.Expand(Over(kind.Sandbox, content, "sandbox")), node.Project.Session.Request.Host),
            Sources = SourceReader.Read(node, variables, warnings.Enqueue),
            Warnings = [.. warnings],
        };
    }

    /// <summary>The same with sources read anew, because local files may have changed; itself where nothing did.</summary>
    public ElementParts WithLocalSources(ElementNode node)
    {
        var sources = SourceReader.Read(node, Variables, _ => { });
        return KeysOf(sources).SequenceEqual(KeysOf(Sources)) ? this : this with { Sources = sources };
    }

    private static byte[] KeysOf(ImmutableArray<Source> sources)
    {
        var writer = new KeyWriter();
        foreach (var source in sources)
            if (source.Configuration.IsResolved)
                writer.Value(source.Configuration.UniqueKey);
        return writer.Written.ToArray();
    }

    private static VariableSet ComposeVariables(ElementNode node, KindDefaults kind)
    {
        var own = node.Declaration.Content.OptionalMapping("variables") ?? MappingNode.Empty;
        var name = new ScalarNode(node.Name, Provenance.None);
        var variables = kind.Variables.With(own.Contains("element-name") ? own : own.With("element-name", name));
        foreach (var variable in ProtectedVariables)
            if (variables.Definition(variable) is { } definition && definition.Provenance.File != SourceFile.None)
                throw new LoadException(
                    LoadErrorReason.ProtectedVariableRedefined,
                    definition.Provenance,
                    $"invalid redefinition of protected variable '{variable}'");
        return variables;
    }

    // A junction's variables may hang on what only the whole project has: such ones are passed over.
    private static ImmutableArray<KeyValuePair<string, string>> KnownValues(VariableSet variables)
    {
        var values = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var name in variables.Names)
        {
            try
            {
                values.Add(KeyValuePair.Create(name, variables.Find(name)!));
            }
            catch (LoadException)
            {
            }
        }
        return values.ToImmutable();
    }

    private static MappingNode ComposePublic(KindDefaults kind, MappingNode content)
    {
        var own = content.OptionalMapping("public") ?? MappingNode.Empty;
        var composed = SplitRulesOf.InPublic(own, Composer.Compose(kind.SplitRules, SplitRulesOf.In(own)));
        Composer.ExpectComposed(composed);
        return composed;
    }

    private static MappingNode Over(MappingNode defaults, MappingNode content, string part)
    {
        var composed = content.OptionalMapping(part) is { Members.IsEmpty: false } own ? Composer.Compose(defaults, own) : defaults;
        Composer.ExpectComposed(composed);
        return composed;
    }
}
