using System.Collections.Immutable;
using Bistro.Builder.Images;
using Bistro.Model.Elements;
using Bistro.Model.Keys;

namespace Bistro.Builder.Kinds;

/// <summary><c>oci</c>: container images, each a layer on top of another image or alone.</summary>
public sealed class OciKind() : ElementKind("oci", KindPackage.Community)
{
    public override IElementConfiguration Configure(ElementDraft element)
    {
        var config = element.Config;
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
}

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

    public KeyValue UniqueKey => KeyValue.Of(
        ("annotations", Annotations is { } annotations ? KeyMembers.OfTexts(annotations) : KeyValue.Null),
        ("gzip", Compress),
        ("images", KeyValue.Of(Images.Select(image => image.Key))));

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken) =>
        new(await new ImageAssembler(build, this).AssembleAsync(cancellationToken));
}
