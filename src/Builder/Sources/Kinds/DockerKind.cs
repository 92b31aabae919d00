using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>docker</c>: the file system of a container image.</summary>
public sealed class DockerKind() : SourceKind("docker", KindPackage.Plugins)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys("architecture", "registry-url", "image", "os", "ref", "track", "url", "version");
        return new DockerConfiguration
        {
            Image = members.Contains("url") ? ReadUrl(source) : ReadImage(source),
            Track = members.OptionalText("track"),
            Architecture = members.OptionalText("architecture"),
            Os = members.OptionalText("os"),
            Version = members.OptionalText("version"),
            Ref = members.OptionalText("ref"),
        };
    }

    private static DockerImage ReadUrl(SourceDraft source)
    {
        var members = source.Members;
        if (members.Contains("image") || members.Contains("registry-url"))
            throw Mistake(source, "A 'docker' source has either 'url', or 'image' and 'registry-url'.");
        var url = members.RequiredScalar("url");
        var translated = source.TranslateUrl(url);
        if (!Uri.TryCreate(translated, UriKind.Absolute, out var address))
            throw new LoadException(LoadErrorReason.InvalidData, url.Provenance, $"'{translated}' is not an URL.");
        return new DockerImage([url.Value], $"{address.Scheme}://{address.Authority}", address.AbsolutePath.TrimStart('/'));
    }

    private DockerImage ReadImage(SourceDraft source)
    {
        if (source.Members.OptionalText("image") is not { } image)
            throw Mistake(source, "A 'docker' source needs 'url' or 'image'.");
        var registry = RegistryUrl.Read(source, Name, "registry-url");
        return new DockerImage([registry.Value, image], source.TranslateUrl(registry), image.TrimStart('/'));
    }

    private static LoadException Mistake(SourceDraft source, string message) =>
        new(LoadErrorReason.InvalidData, source.Written.Provenance, message);
}

/// <summary>Where an image is found.</summary>
/// <param name="Written">How the project names it: what enters the key.</param>
/// <param name="RegistryUrl">The registry, its alias filled in.</param>
/// <param name="Name">The image's name in the registry.</param>
public sealed record DockerImage(ImmutableArray<string> Written, string RegistryUrl, string Name);

/// <summary>The image and its manifest. What is null was not written.</summary>
public sealed record DockerConfiguration : ISourceConfiguration
{
    public required DockerImage Image { get; init; }

    /// <summary>The tag to track.</summary>
    public required string? Track { get; init; }

    /// <summary>By Go's name; null for this machine's.</summary>
    public required string? Architecture { get; init; }

    /// <summary>By Go's name; null for this machine's.</summary>
    public required string? Os { get; init; }

    /// <summary>What is reported as the version.</summary>
    public required string? Version { get; init; }

    /// <summary>The manifest's SHA-256; null when it was never tracked.</summary>
    public required string? Ref { get; init; }

    public bool IsResolved => Ref is not null;

    public KeyValue UniqueKey
    {
        get
        {
            List<KeyValue> key = [.. Image.Written.Select(text => (KeyValue)text), $"sha256:{Ref}"];
            if (Version is not null)
                key.Add(Version);
            return KeyValue.Of(key);
        }
    }

    public ImmutableArray<SourceInfo> Info => Ref is null
        ? []
        :
        [
            new SourceInfo
            {
                Kind = "docker",
                Url = Image.RegistryUrl,
                Medium = "oci-image",
                VersionType = "oci-digest",
                Version = $"sha256:{Ref}",
                VersionGuess = Version,
                ExtraData = [new("image-name", Image.Name)],
            },
        ];
}
