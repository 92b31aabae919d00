using System.Collections.Immutable;
using Bistro.Model.Composition;
using Bistro.Model.Options;
using Bistro.Model.Projects;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Model.Configuration;

/// <summary>What project.conf depends on besides its text.</summary>
internal sealed record ProjectInput
{
    public required LoadRequest Request { get; init; }

    public required YamlFiles Yaml { get; init; }

    public required ProjectFiles Files { get; init; }

    /// <summary>Records a folder whose names the result depends on.</summary>
    public required Action<string> RecordNames { get; init; }

    /// <summary>Resolves what project.conf includes.</summary>
    public required IIncludeScope Scope { get; init; }

    /// <summary>Absolute path of the project.</summary>
    public required string Directory { get; init; }

    /// <summary>Absolute path of the top project.</summary>
    public required string TopDirectory { get; init; }

    /// <summary>The options that the junction sets; null for the top project.</summary>
    public required MappingNode? JunctionOptions { get; init; }

    /// <summary>Whether a project above allows only the aliases that it maps.</summary>
    public required bool ForbidsSubprojectUrls { get; init; }

    /// <summary>The native kinds of mirrors.</summary>
    public required ImmutableArray<ISourceMirrorKind> MirrorKinds { get; init; }

    public ProjectPassReader PassReader(string name, string elementPath) => new(
        Request, name, Directory, TopDirectory, JunctionOptions,
        new OptionHost(
            Request.Host.Architecture,
            Request.Host.OperatingSystem,
            () => [.. Files.WalkElements(elementPath, RecordNames).Order(StringComparer.Ordinal)]));

    /// <summary>Reads a mirror. A mirror whose kind is not native serves nothing; no mirror enters a key.</summary>
    public ISourceMirror Mirror(MappingNode declared)
    {
        const string Default = "default";
        var name = declared.OptionalText("kind") ?? Default;
        if (name != Default)
            declared.ExpectKeys("name", "kind", "config");
        var kind = MirrorKinds.FirstOrDefault(kind => kind.Name == name);
        return kind is null
            ? new EmptyMirror()
            : kind.Configure(name == Default ? declared.Without("name", "kind") : declared.OptionalMapping("config") ?? MappingNode.Empty);
    }

    private sealed class EmptyMirror : ISourceMirror
    {
        public ImmutableArray<MirrorUrl> Locate(string alias, string path) => [];
    }
}
