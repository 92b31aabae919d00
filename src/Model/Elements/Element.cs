using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Projects;
using Bistro.Model.Sources;
using Bistro.Model.Variables;
using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>A resolved element: composed, expanded, its dependencies loaded. Immutable, shared by every reader.</summary>
public sealed class Element
{
    public required Project Project { get; init; }

    /// <summary>Its name in its own project: <c>components/hello.bst</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its name as the top project sees it: <c>freedesktop-sdk.bst:components/hello.bst</c>.</summary>
    public required string FullName { get; init; }

    /// <summary>The start of the element's file.</summary>
    public required Provenance Provenance { get; init; }

    public required string Description { get; init; }

    public required IElementKind Kind { get; init; }

    /// <summary>The result of the kind reading <see cref="Config"/> and the dependencies' config.</summary>
    public required IElementConfiguration Configuration { get; init; }

    public required ImmutableArray<Source> Sources { get; init; }

    /// <summary>Direct dependencies in the loader's order (not as written).</summary>
    public required ImmutableArray<Dependency> Dependencies { get; init; }

    /// <summary>In the order in which <c>bst show</c> prints them; all but a junction's are known to have values.</summary>
    public required VariableSet Variables { get; init; }

    /// <summary>Exactly what a command of this element sees.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>Names of the environment that stay out of the key.</summary>
    public required ImmutableArray<string> EnvironmentNoCache { get; init; }

    /// <summary>The composed <c>config</c>, expanded.</summary>
    public required MappingNode Config { get; init; }

    /// <summary>The composed <c>public</c> data, expanded.</summary>
    public required MappingNode Public { get; init; }

    public required SandboxDeclaration Sandbox { get; init; }

    /// <summary>Computed at the end of a load, for junctions on first use.</summary>
    public ElementKeys Keys
    {
        get => KnownKeys ??= new ElementKeyText(this).Compute();
        init => KnownKeys = value;
    }

    /// <summary>Null until they were computed.</summary>
    internal ElementKeys? KnownKeys { get; set; }

    /// <summary>The name as one word, as file and artifact names hold it: <c>a/b.bst</c> becomes <c>a-b</c>.</summary>
    public string NormalName => Path.GetFileNameWithoutExtension(Name.Replace('/', '-'));

    public override string ToString() => FullName;
}

/// <summary>An edge of the graph. A dependency that is both build and runtime is one edge.</summary>
/// <param name="Element">What is depended on.</param>
/// <param name="IsBuild">It is there when the element is built.</param>
/// <param name="IsRuntime">It is there wherever the element is.</param>
/// <param name="IsStrict">Its weak key enters the element's weak key.</param>
/// <param name="Path">The dependency as written: <c>sub.bst:a/b.bst</c>.</param>
/// <param name="Configs">Each <c>config</c> mapping written for it, expanded; empty when none.</param>
public sealed record Dependency(
    Element Element, bool IsBuild, bool IsRuntime, bool IsStrict, string Path, ImmutableArray<MappingNode> Configs);

/// <summary>The element's <c>sandbox</c> after resolution, canonical: <c>x86-64</c>, <c>linux</c>.</summary>
public sealed record SandboxDeclaration
{
    public required string BuildArchitecture { get; init; }
    public required string BuildOs { get; init; }
    public string? BuildUid { get; init; }
    public string? BuildGid { get; init; }
    /// <summary>Further members, as they enter the key (<c>remote-apis-socket</c>).</summary>
    public required KeyValue Key { get; init; }
}
