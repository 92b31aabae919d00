using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bistro.Model.Composition;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Sources;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>The parts of an element that do not depend on its dependencies: composed over the defaults of its kind, and expanded.</summary>
internal sealed record ElementParts
{
    // What the program sets itself. A user's own would not reach every place where it counts.
    private static readonly string[] ProtectedVariables = ["project-name", "element-name", "max-jobs"];

    public required IElementKind Kind { get; init; }

    public required VariableSet Variables { get; init; }

    public required MappingNode Environment { get; init; }

    public required ImmutableArray<string> EnvironmentNoCache { get; init; }

    public required MappingNode Config { get; init; }

    public required MappingNode Public { get; init; }

    public required SandboxDeclaration Sandbox { get; init; }

    public required ImmutableArray<Source> Sources { get; init; }

    /// <summary>Warnings: allowed, but perhaps not intended.</summary>
    public required ImmutableArray<LoadError> Warnings { get; init; }

    /// <exception cref="LoadException">The element is wrong.</exception>
    public static ElementParts Compose(ElementNode node)
    {
        var content = node.Declaration.Content;
        var kind = node.Project.Kinds.FindElementKind(node.Declaration.Kind, content.Provenance);
        var variables = ComposeVariables(node, kind);
        // A junction's variables may refer to what only the whole project defines.
        if (!node.Declaration.IsFirstPass)
            variables.ExpectValues();
        var warnings = new ConcurrentQueue<LoadError>();
        var sources = SourceReader.Read(node, variables, warnings.Enqueue);
        foreach (var source in sources)
            ReadLocal(source);
        return new ElementParts
        {
            Kind = kind.Kind,
            Variables = variables,
            Environment = variables.Expand(Over(kind.Environment, content, "environment"), kind.Expansions),
            EnvironmentNoCache = [.. kind.EnvironmentNoCache.Concat(content.OptionalTexts("environment-nocache") ?? []).Distinct()],
            Config = variables.Expand(Over(kind.Config, content, "config"), kind.Expansions),
            Public = variables.Expand(ComposePublic(kind, content), kind.Expansions),
            Sandbox = kind.ReadSandbox(
                variables.Expand(Over(kind.Sandbox, content, "sandbox"), kind.Expansions), node.Project.Session.Request.Host),
            Sources = sources,
            Warnings = [.. warnings],
        };
    }

    /// <summary>The same with its local sources read again, because their files may have changed. Returns this object if nothing did.</summary>
    /// <exception cref="LoadException">A file is not there any more.</exception>
    public ElementParts WithLocalSources()
    {
        var sources = Sources.ToBuilder();
        var changed = false;
        for (var index = 0; index < sources.Count; index++)
        {
            var source = sources[index];
            if (source.Configuration.LocalPath is null)
                continue;
            var configuration = source.Kind.Configure(source.Draft);
            ReadLocal(source with { Configuration = configuration });
            if (configuration.UniqueKey.ToJson().AsSpan().SequenceEqual(source.Configuration.UniqueKey.ToJson()))
                continue;
            sources[index] = source with { Configuration = configuration };
            changed = true;
        }
        return changed ? this with { Sources = sources.MoveToImmutable() } : this;
    }

    /// <summary>Reads the files of a local source now, so that what is kept of the element is read to its end.</summary>
    private static void ReadLocal(Source source)
    {
        if (source.Configuration is not { LocalPath: { } path, IsResolved: true } configuration)
            return;
        try
        {
            _ = configuration.UniqueKey;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LoadException(
                LoadErrorReason.MissingFile, source.Draft.Written.Provenance, $"Could not read {path}: {exception.Message}");
        }
    }

    private static VariableSet ComposeVariables(ElementNode node, KindDefaults kind)
    {
        const string OwnName = "element-name";
        var own = node.Declaration.Content.OptionalMapping("variables") ?? MappingNode.Empty;
        var isNamed = own.Contains(OwnName) || kind.Variables.Definition(OwnName) is not null;
        var variables = kind.Variables.With(isNamed ? own : own.With(OwnName, new ScalarNode(node.Name, Provenance.None)));
        foreach (var variable in ProtectedVariables)
            if (variables.Definition(variable) is { } definition && definition.Provenance.File != SourceFile.None)
                throw new LoadException(
                    LoadErrorReason.ProtectedVariableRedefined,
                    definition.Provenance,
                    $"invalid redefinition of protected variable '{variable}'");
        return variables;
    }

    private static MappingNode ComposePublic(KindDefaults kind, MappingNode content)
    {
        var composed = content.OptionalMapping("public") is { Members.IsEmpty: false } own
            ? SplitRulesOf.InPublic(own, Composer.Compose(kind.SplitRules, SplitRulesOf.In(own)))
            : kind.Public;
        Directive.ExpectNoneOfLists(composed);
        return composed;
    }

    private static MappingNode Over(MappingNode defaults, MappingNode content, string part)
    {
        var composed = content.OptionalMapping(part) is { Members.IsEmpty: false } own ? Composer.Compose(defaults, own) : defaults;
        Directive.ExpectNoneOfLists(composed);
        return composed;
    }
}
