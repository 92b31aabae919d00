using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Model.Content;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary>A file from the network, named by its URL and pinned by its SHA-256: what <c>tar</c>, <c>remote</c>, <c>zip</c> and <c>deb</c> share.</summary>
public sealed record DownloadedFile
{
    /// <summary>The members that are read here, before those of the kind.</summary>
    public static ImmutableArray<string> Members { get; } = ["url", "ref", .. VersionHint.Members];

    /// <summary>As written, alias and all.</summary>
    public required string Url { get; init; }

    /// <summary>With its alias filled in.</summary>
    public required string TranslatedUrl { get; init; }

    /// <summary>64 hex digits in earnest, but any text is taken while loading; null when it was never tracked.</summary>
    public required string? Ref { get; init; }

    public required VersionHint Version { get; init; }

    public static DownloadedFile Read(SourceDraft source) => new()
    {
        Url = source.Members.Text("url"),
        TranslatedUrl = source.TranslateUrl(source.Members.RequiredScalar("url")),
        Ref = source.Members.OptionalText("ref"),
        Version = VersionHint.Read(source.Members),
    };

    /// <summary>The key: URL, ref and version, then what the kind adds.</summary>
    public KeyValue Key(params ReadOnlySpan<KeyValue> further)
    {
        var key = new List<KeyValue> { Url, Ref };
        if (Version.Key is { } version)
            key.Add(version);
        key.AddRange(further);
        return KeyValue.Of(key);
    }

    /// <summary>An unresolved file reports the version <c>None</c>, as BuildStream prints it.</summary>
    public SourceInfo Info(string kind) => new()
    {
        Kind = kind,
        Url = TranslatedUrl,
        Medium = "remote-file",
        VersionType = "sha256",
        Version = Ref ?? "None",
        VersionGuess = Version.Guess(Url),
    };

    /// <summary>The file's path on disk, downloaded if it is not there yet.</summary>
    /// <exception cref="SourceException">It cannot be had, or the ref is no SHA-256.</exception>
    public Task<string> FetchAsync(SourceStaging staging, CancellationToken cancellationToken) => Digest.TryParseHex(Ref, out var digest)
        ? staging.Downloads.FetchAsync(staging, digest, staging.Source.Draft.DownloadUrls(Url), cancellationToken)
        : throw new SourceException($"The ref '{Ref}' is no SHA-256: 64 hex digits are expected.");

    /// <summary>The ref of the URL's current content.</summary>
    /// <exception cref="SourceException">Nothing stands there.</exception>
    public async Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        var digest = await staging.Downloads.TrackAsync(staging, staging.Source.Draft.DownloadUrls(Url), cancellationToken);
        return MappingNode.Empty.With("ref", new ScalarNode(digest.Hex, Provenance.None));
    }
}
