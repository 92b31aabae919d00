using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Model.Loading;

/// <summary>Turns the nodes of a graph into elements: composes and expands them, configures their kinds, and computes their keys.</summary>
internal static class ElementResolution
{
    /// <param name="order">Every node after its dependencies.</param>
    /// <param name="errors">Collects mistakes.</param>
    /// <param name="cancellationToken">Ends it between two elements.</param>
    /// <exception cref="LoadException">Elements are wrong; independent mistakes come together.</exception>
    public static void Resolve(IReadOnlyList<ElementNode> order, LoadErrors errors, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { CancellationToken = cancellationToken };
        // Kinds first and one by one, because finding them may open further projects.
        foreach (var node in order)
            Attempt(() => FindKinds(node), errors);
        Parallel.For(0, order.Count, parallel, index => Attempt(() => Compose(order[index]), errors));
        errors.ThrowIfAny();
        foreach (var node in order)
            Attempt(() => Complete(node), errors);
        errors.ThrowIfAny();
        ComputeKeys([.. order.Select(node => node.Cached.Element!).Where(element => element.KnownKeys is null)], parallel);
    }

    public static Element ResolveJunction(ElementNode node)
    {
        Compose(node);
        Complete(node);
        return node.Cached.Element!;
    }

    /// <summary>Where a link leads.</summary>
    public static ScalarNode ResolveLink(ElementNode node)
    {
        if (node.Declaration.Dependencies is [var dependency, ..])
            throw new LoadException(
                LoadErrorReason.LinkForbiddenDependencies, dependency.Provenance, "Dependencies are forbidden for 'link' elements");
        return ((LinkConfiguration)ResolveJunction(node).Configuration).Target;
    }

    /// <param name="elements">Every one after its dependencies.</param>
    /// <param name="parallel">Options for writing the parts of the texts that do not depend on dependencies.</param>
    private static void ComputeKeys(Element[] elements, ParallelOptions parallel)
    {
        // The texts of a few are written while the keys of the few before them are computed: more than that need not be in cached.
        const int Few = 64;
        var (texts, nextTexts) = (Writers(), Writers());
        var (writer, walk) = (new KeyWriter(), new Closure.Walk());
        try
        {
            WriteTexts(0, texts);
            for (var start = 0; start < elements.Length; start += Few)
            {
                Parallel.Invoke(parallel, () => WriteTexts(start + Few, nextTexts), () => Hash(start));
                (texts, nextTexts) = (nextTexts, texts);
            }
        }
        catch (AggregateException failures) when (failures.Flatten().InnerExceptions.OfType<LoadException>().ToArray() is [_, ..] mistakes)
        {
            // A local source may hold what no tree can: its files are read for the key.
            throw new LoadException([.. mistakes.SelectMany(mistake => mistake.Errors).Distinct()]);
        }

        KeyWriter[] Writers() => [.. Enumerable.Range(0, Math.Min(Few, elements.Length)).Select(_ => new KeyWriter())];

        void WriteTexts(int start, KeyWriter[] writers) =>
            Parallel.For(start, Math.Clamp(elements.Length, start, start + Few), parallel, index =>
            {
                var text = new ElementKeyText(elements[index]);
                if (text.IsResolved)
                    text.WriteOwn(writers[index - start]);
            });

        void Hash(int start)
        {
            for (var index = start; index < Math.Min(elements.Length, start + Few); index++)
                elements[index].KnownKeys = new ElementKeyText(elements[index]).Compute(texts[index - start].Written, writer, walk);
        }
    }

    // A mistake that follows from another (a dependency without an element) is not reported.
    private static void Attempt(Action action, LoadErrors errors)
    {
        try
        {
            action();
        }
        catch (LoadException exception)
        {
            errors.Add(exception);
        }
    }

    private static void FindKinds(ElementNode node)
    {
        var content = node.Declaration.Content;
        node.Project.Kinds.FindElementKind(node.Declaration.Kind, content.Provenance);
        foreach (var source in content.OptionalSequence("sources")?.Mappings() ?? [])
            if (source.Text("kind") is not SourceReader.Workspace and var kind)
                node.Project.Kinds.FindSourceKind(kind, source.Provenance);
    }

    private static void Compose(ElementNode node)
    {
        var cached = node.Cached;
        cached.Parts = cached.Parts?.WithLocalSources() ?? ElementParts.Compose(node);
    }

    private static void Complete(ElementNode node)
    {
        var cached = node.Cached;
        var parts = cached.Parts!;
        var known = cached.Element is { } before && HasDependencies(before, node) ? before : null;
        if (known is not null && cached.ElementParts == parts)
            return;
        cached.Element = null;
        if (node.Edges.Any(edge => edge.Element.Cached.Element is null))
            return;

        var dependencies = node.Edges.Select(edge => new Dependency(
            edge.Element.Cached.Element!,
            edge.Written.IsBuild,
            edge.Written.IsRuntime,
            edge.Written.IsStrict,
            edge.Written.Path,
            [.. edge.Written.Configs.Select(parts.Variables.Expand)])).ToImmutableArray();
        ExpectAllowed(node, parts, dependencies);
        cached.Element = new Element
        {
            Project = node.Project.Project,
            Name = node.Name,
            FullName = node.FullName,
            Provenance = node.Declaration.Content.Provenance,
            Description = node.Declaration.Content.OptionalText("description") ?? "",
            Kind = parts.Kind,
            // If only files behind a junction changed, the junction is the same, and its project is not read again.
            Configuration = node.Declaration.IsFirstPass && known?.Config == parts.Config
                ? known!.Configuration
                : parts.Kind.Configure(Draft(node, parts, dependencies)),
            Sources = parts.Sources,
            Dependencies = dependencies,
            Variables = parts.Variables,
            Environment = parts.Environment.TextMembers(),
            EnvironmentNoCache = parts.EnvironmentNoCache,
            Config = parts.Config,
            Public = parts.Public,
            Sandbox = parts.Sandbox,
        };
        cached.ElementParts = parts;
    }

    private static bool HasDependencies(Element element, ElementNode node)
    {
        if (element.Dependencies.Length != node.Edges.Length)
            return false;
        for (var index = 0; index < node.Edges.Length; index++)
            if (element.Dependencies[index].Element != node.Edges[index].Element.Cached.Element)
                return false;
        return true;
    }

    private static ElementDraft Draft(ElementNode node, ElementParts parts, ImmutableArray<Dependency> dependencies) => new()
    {
        Project = node.Project.Project,
        Name = node.Name,
        FullName = node.FullName,
        Provenance = node.Declaration.Content.Provenance,
        Config = parts.Config,
        Dependencies = dependencies,
        SourceCount = parts.Sources.Length,
        Variable = parts.Variables.Find,
    };

    private static void ExpectAllowed(ElementNode node, ElementParts parts, ImmutableArray<Dependency> dependencies)
    {
        var (name, traits) = (parts.Kind.Name, parts.Kind.Traits);
        if (traits is { ForbidsBuildDependencies: true, ForbidsRuntimeDependencies: true } && !dependencies.IsEmpty)
            throw Forbidden("Dependencies");
        if (traits.ForbidsRuntimeDependencies && dependencies.Any(dependency => dependency.IsRuntime))
            throw Forbidden("Runtime dependencies");
        if (traits.ForbidsBuildDependencies && dependencies.Any(dependency => dependency.IsBuild))
            throw Forbidden("Build dependencies");
        if (traits.ForbidsSources && !parts.Sources.IsEmpty)
            throw Forbidden("Sources");
        if (!traits.ReadsDependencyConfig
            && dependencies.FirstOrDefault(dependency => !dependency.Configs.IsEmpty) is { Configs: [var config, ..] })
            throw new LoadException(
                LoadErrorReason.InvalidDependencyConfig,
                config.Provenance,
                $"Custom dependency configuration is not supported by element plugin '{name}'");

        LoadException Forbidden(string what) => new(
            LoadErrorReason.InvalidData, node.Declaration.Content.Provenance, $"{what} are forbidden for '{name}' elements");
    }
}
