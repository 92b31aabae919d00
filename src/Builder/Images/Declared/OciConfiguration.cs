using System.Collections.Immutable;
using Bistro.Builder.Builds;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Images.Declared;

/// <summary>The images of an <c>oci</c> element and the form of its artifact.</summary>
public sealed record OciConfiguration : IBuildable
{
    /// <summary>Whether the artifact is what <c>docker load</c> takes, not an OCI image layout.</summary>
    public required bool IsDocker { get; init; }

    /// <summary>Whether layers are gzipped.</summary>
    public required bool Compress { get; init; }

    /// <summary>Of the image index.</summary>
    public required ImmutableArray<KeyValuePair<string, string>>? Annotations { get; init; }

    public required ImmutableArray<OciImageDeclaration> Images { get; init; }

    /// <summary>Reads an element's <c>config</c>.</summary>
    public static OciConfiguration Read(MappingNode config)
    {
        config.ExpectKeys("mode", "gzip", "images", "annotations");
        var isDocker = config.OptionalChoice("mode", "oci", "docker") == "docker";
        return new OciConfiguration
        {
            IsDocker = isDocker,
            Compress = config.Bool("gzip", !isDocker),
            Annotations = config.OptionalMapping("annotations")?.TextMembers(),
            Images = [.. config.Sequence("images").Mappings().Select(image => OciImageDeclaration.Read(image, isDocker))],
        };
    }

    public KeyValue UniqueKey => KeyValue.Of(
        ("annotations", Annotations is { } annotations ? KeyMembers.OfTexts(annotations) : KeyValue.Null),
        ("gzip", Compress),
        ("images", KeyValue.Of(Images.Select(image => image.Key))));

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken) =>
        new(await new ImageAssembler(build, this).AssembleAsync(cancellationToken));
}
