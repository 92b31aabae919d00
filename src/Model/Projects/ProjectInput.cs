using System.Collections.Immutable;
using Bistro.Model.Composition;
using Bistro.Model.Options;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Model.Projects;

/// <summary>What project.conf depends on beside its text.</summary>
internal sealed class ProjectInput(LoadingProject project)
{
    public FileMemory Memory => project.Session.Files;

    public ProjectFiles Files => project.Files;

    public IIncludeScope Scope => project;

    /// <summary>Whether a project above allows only the aliases that it maps.</summary>
    public bool ForbidsSubprojectUrls => project.Place.Parent?.Configuration.ForbidsSubprojectUrls == true;

    public ProjectPassReader PassReader(string name, string elementPath)
    {
        var request = project.Session.Request;
        var host = new OptionHost(
            request.Host.Architecture,
            request.Host.OperatingSystem,
            () => [.. Files.WalkElements(elementPath).Order(StringComparer.Ordinal)]);
        return new ProjectPassReader(
            request, name, project.Directory, project.Session.Top?.Directory ?? project.Directory,
            project.Place.JunctionConfiguration?.Options, host);
    }

    /// <summary>Reads a mirror. Mirrors of kinds that are not native are passed over: they enter no key.</summary>
    public ISourceMirror Mirror(MappingNode declared)
    {
        const string Default = "default";
        var name = declared.OptionalText("kind") ?? Default;
        if (name != Default)
            declared.ExpectKeys("name", "kind", "config");
        var kind = project.Session.Kinds.Mirrors.FirstOrDefault(kind => kind.Name == name);
        return kind is null
            ? new EmptyMirror()
            : kind.Configure(name == Default ? declared.Without("name", "kind") : declared.OptionalMapping("config") ?? MappingNode.Empty);
    }

    private sealed class EmptyMirror : ISourceMirror
    {
        public ImmutableArray<MirrorUrl> Locate(string alias, string path) => [];
    }
}
