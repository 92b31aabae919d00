using Bistro.Builder.Builds;
using Bistro.Model.Elements;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Kinds;

/// <summary><c>snap_image</c>: a folder of its build dependencies with a <c>meta/snap.yaml</c>.</summary>
public sealed class SnapImageKind() : ElementKind("snap_image", KindPackage.Community)
{
    public override ElementTraits Traits { get; } = new()
    {
        Version = 1,
        ForbidsRuntimeDependencies = true,
        ForbidsSources = true,
    };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        var config = element.Config;
        config.ExpectKeys("directory", "include", "exclude", "include-orphans", "metadata");
        return new SnapImageConfiguration(config.Text("directory"), DomainChoice.Read(config), config.RequiredNode("metadata"));
    }
}

/// <summary>What a snap holds.</summary>
/// <param name="Directory">The folder that becomes the artifact.</param>
/// <param name="Choice">Which files of the dependencies are staged.</param>
/// <param name="Metadata">The content of <c>meta/snap.yaml</c>.</param>
public sealed record SnapImageConfiguration(string Directory, DomainChoice Choice, Node Metadata) : IElementConfiguration
{
    public KeyValue UniqueKey => KeyValue.Of(
        ("directory", Directory),
        ("exclude", DomainChoice.Sorted(Choice.Exclude)),
        ("include", DomainChoice.Sorted(Choice.Include)),
        ("include-orphans", Choice.IncludeOrphans),
        ("metadata", KeyValue.Of(Metadata)));
}
