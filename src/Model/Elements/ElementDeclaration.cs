using System.Collections.Immutable;
using Bistro.Model.Yaml;

namespace Bistro.Model.Elements;

/// <summary>An element's file with includes composed and conditions evaluated. Dependencies are not looked up, variables not expanded.</summary>
internal sealed record ElementDeclaration
{
    private static readonly string[] Members =
    [
        "kind", "depends", "sources", "sandbox", "variables", "environment", "environment-nocache", "config", "public", "description",
        "build-depends", "runtime-depends",
    ];

    public required string Kind { get; init; }

    /// <summary>The composed file.</summary>
    public required MappingNode Content { get; init; }

    public required ImmutableArray<DependencyDeclaration> Dependencies { get; init; }

    /// <summary>Junctions and links are loaded before their project is whole: includes and plugins do not apply to them.</summary>
    public bool IsFirstPass => IsOfFirstPass(Kind);

    public static bool IsOfFirstPass(string kind) => kind is JunctionKind.KindName or LinkKind.KindName;

    /// <exception cref="Errors.LoadException">It has unknown members or wrong dependencies.</exception>
    public static ElementDeclaration Read(MappingNode content, string kind)
    {
        content.ExpectKeys(Members);
        return new ElementDeclaration { Kind = kind, Content = content, Dependencies = DependencyDeclaration.Read(content) };
    }
}
