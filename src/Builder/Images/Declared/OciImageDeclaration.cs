using System.Collections.Immutable;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Images.Declared;

/// <summary>One image of an <c>oci</c> element. Members that were not written are null.</summary>
public sealed record OciImageDeclaration
{
    /// <summary>The image below this one.</summary>
    public OciParent? Parent { get; init; }

    /// <summary>Build dependencies, as written, that together hold the complete filesystem of the result; null for an image that changes only the configuration.</summary>
    public ImmutableArray<string>? Layer { get; init; }

    public required string Architecture { get; init; }
    public required string Os { get; init; }
    public string? Variant { get; init; }
    public string? OsVersion { get; init; }
    public ImmutableArray<string>? OsFeatures { get; init; }
    public string? Author { get; init; }
    public string? Comment { get; init; }
    public ImmutableArray<KeyValuePair<string, string>>? Annotations { get; init; }

    /// <summary>Names in an archive for <c>docker load</c>, as written.</summary>
    public ImmutableArray<string>? Tags { get; init; }

    public OciContainerConfig? Config { get; init; }

    /// <summary>The image's part of the cache key.</summary>
    public KeyValue Key
    {
        get
        {
            var key = new KeyMembers()
                .AddIfPresent("layer", Layer)
                .Add("architecture", Architecture)
                .AddIfPresent("tags", Tags)
                .Add("os", Os)
                .AddIfPresent("os.version", OsVersion)
                .AddIfPresent("os.features", OsFeatures)
                // The reference reads the variant only where there are features, so only then it is in the key.
                .AddIfPresent("variant", OsFeatures is null ? null : Variant)
                .AddIfPresent("author", Author)
                .AddIfPresent("comment", Comment);
            if (Parent is { } parent)
                key.Add("parent", KeyValue.Of(("element", parent.Element), ("image", parent.Image)));
            if (Annotations is { } annotations)
                key.Add("annotations", KeyMembers.OfTexts(annotations));
            if (Config is { } config)
                key.Add("config", config.Key);
            return key.ToKey();
        }
    }

    internal static OciImageDeclaration Read(MappingNode image, bool isDocker, OciChecks checks)
    {
        ReadOnlySpan<string> members =
        [
            "parent", "layer", "architecture", "variant", "os", "os.version", "os.features", "author", "comment", "config",
            "annotations", "tags",
        ];
        image.ExpectKeys(isDocker ? members : members[..^1]);
        checks.Platform(image);
        if (isDocker)
        {
            checks.Tags(image);
            checks.NoAnnotations(image);
        }
        return new OciImageDeclaration
        {
            Parent = image.OptionalMapping("parent") is { } parent ? OciParent.Read(parent) : null,
            Layer = image.OptionalTexts("layer"),
            Architecture = image.Text("architecture"),
            Os = image.Text("os"),
            Variant = image.OptionalText("variant"),
            OsVersion = image.OptionalText("os.version"),
            OsFeatures = image.OptionalTexts("os.features"),
            Author = image.OptionalText("author"),
            Comment = image.OptionalText("comment"),
            Annotations = image.OptionalMapping("annotations")?.TextMembers(),
            Tags = image.OptionalTexts("tags"),
            Config = image.OptionalMapping("config") is { } config ? OciContainerConfig.Read(config, isDocker, checks) : null,
        };
    }
}

/// <summary>The image below another one.</summary>
/// <param name="Element">A build dependency, as written, that holds images.</param>
/// <param name="Image">Which of its images, from 0.</param>
public sealed record OciParent(string Element, int Image)
{
    public static OciParent Read(MappingNode parent)
    {
        parent.ExpectKeys("element", "image");
        return new OciParent(parent.Text("element"), parent.Integer("image", 0));
    }
}
