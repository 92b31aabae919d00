using System.Collections.Immutable;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Git;

/// <summary>The repository that a git source names, and how its versions are guessed. All git kinds use it.</summary>
public sealed record GitOrigin
{
    /// <summary>The members that are read here, before those of the kind.</summary>
    public static ImmutableArray<string> Members { get; } = ["url", .. VersionHint.Members];

    /// <summary>As written, alias and all.</summary>
    public required string Url { get; init; }

    /// <summary>With its alias filled in.</summary>
    public required string TranslatedUrl { get; init; }

    public required VersionHint Version { get; init; }

    public static GitOrigin Read(SourceDraft source) => new()
    {
        Url = source.Members.Text("url"),
        TranslatedUrl = source.TranslateUrl(source.Members.RequiredScalar("url")),
        Version = VersionHint.Read(source.Members),
    };

    /// <summary>Where it is fetched from, mirrors first.</summary>
    public ImmutableArray<MirrorUrl> Urls(SourceStaging staging) => staging.Source.Draft.DownloadUrls(Url);

    /// <summary>The whole repository, for tracking.</summary>
    internal Task<GitRepository> FetchAllAsync(SourceStaging staging, CancellationToken cancellationToken) =>
        GitFetch.FetchAllAsync(staging, Urls(staging), cancellationToken);
}
