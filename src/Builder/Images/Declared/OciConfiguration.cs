using System.Collections.Immutable;
using Bistro.Builder.Builds;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Images.Declared;

/// <summary>The images of an <c>oci</c> element and the form of its artifact.</summary>
public sealed record OciConfiguration : IBuildable
{
    /// <summary>Whether the artifact is an archive for <c>docker load</c>, and not an OCI image layout.</summary>
    public required bool IsDocker { get; init; }

    /// <summary>Whether layers are gzipped.</summary>
    public required bool Compress { get; init; }

    /// <summary>Annotations of the image index.</summary>
    public required ImmutableArray<KeyValuePair<string, string>>? Annotations { get; init; }

    public required ImmutableArray<OciImageDeclaration> Images { get; init; }

    public required ImmutableArray<LoadError> Mistakes { get; init; }

    /// <summary>Reads an element's <c>config</c>.</summary>
    /// <param name="config">The element's configuration.</param>
    /// <param name="dependencies">The element's dependencies, which images name.</param>
    /// <exception cref="LoadException">The configuration is wrong. All mistakes are reported together.</exception>
    public static OciConfiguration Read(MappingNode config, ImmutableArray<Dependency> dependencies)
    {
        config.ExpectKeys("mode", "gzip", "images", "annotations");
        var isDocker = config.OptionalChoice("mode", "oci", "docker") == "docker";
        var checks = new OciChecks();
        if (isDocker)
            checks.NoAnnotations(config);
        var configuration = new OciConfiguration
        {
            IsDocker = isDocker,
            Compress = config.Bool("gzip", !isDocker),
            Annotations = config.OptionalMapping("annotations")?.TextMembers(),
            Images = [.. config.Sequence("images").Mappings().Select(image => OciImageDeclaration.Read(image, isDocker, checks))],
            Mistakes = [.. OciImages.Mistakes(config.Sequence("images"), dependencies)],
        };
        checks.ThrowIfAny();
        return configuration;
    }

    public KeyValue UniqueKey => KeyValue.Of(
        ("annotations", Annotations is { } annotations ? KeyMembers.OfTexts(annotations) : KeyValue.Null),
        ("gzip", Compress),
        ("images", KeyValue.Of(Images.Select(image => image.Key))));

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken) =>
        new(await new ImageAssembler(build, this).AssembleAsync(cancellationToken));
}
