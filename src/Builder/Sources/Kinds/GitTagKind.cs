using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Git;
using Bistro.Model.Content;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>git_tag</c>: a commit of a git repository with its submodules, tracked along tags. That of the experimental package reports no source info.</summary>
public sealed class GitTagKind(string package) : SourceKind("git_tag", package)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys(
        [
            "ref", "track", "track-extra", "track-tags", "match", "exclude", "checkout-submodules", "submodules", "full-clone",
            "use-lfs", .. GitOrigin.Members,
        ]);
        var configuration = new GitTagConfiguration
        {
            Origin = GitOrigin.Read(source),
            Ref = members.OptionalText("ref"),
            Track = members.OptionalText("track"),
            TrackExtra = members.OptionalTexts("track-extra") ?? [],
            TracksTags = members.Bool("track-tags", false),
            Match = members.OptionalTexts("match") ?? [],
            Exclude = members.OptionalTexts("exclude") ?? [],
            Submodules = GitSubmodules.Read(source),
            UsesLfs = members.Bool("use-lfs", false),
            ReportsInfo = Package == KindPackage.Community,
        };
        return configuration is { Ref: null, Track: null }
            ? throw new LoadException(
                LoadErrorReason.InvalidData, source.Written.Provenance, "A 'git_tag' source needs a 'ref', a 'track', or both.")
            : configuration;
    }
}

/// <summary>The repository, the commit and how the next one is found.</summary>
public sealed record GitTagConfiguration : IFetchable
{
    public required GitOrigin Origin { get; init; }

    /// <summary>Any text is taken while loading; null when it was never tracked.</summary>
    public required string? Ref { get; init; }

    /// <summary>The branch to track.</summary>
    public required string? Track { get; init; }

    /// <summary>Further branches to track.</summary>
    public required ImmutableArray<string> TrackExtra { get; init; }

    /// <summary>Whether the nearest tag is tracked, not the branch itself.</summary>
    public required bool TracksTags { get; init; }

    /// <summary>Globs over tags.</summary>
    public required ImmutableArray<string> Match { get; init; }

    public required ImmutableArray<string> Exclude { get; init; }

    public required GitSubmodules Submodules { get; init; }

    /// <summary>Whether large files are fetched, and not left as pointers.</summary>
    public required bool UsesLfs { get; init; }

    public required bool ReportsInfo { get; init; }

    public bool IsResolved => Ref is not null;

    public KeyValue UniqueKey
    {
        get
        {
            var key = new List<KeyValue> { Origin.Url, Ref };
            Submodules.AddTo(key);
            if (UsesLfs)
                key.Add("use-lfs");
            if (Origin.Version.Key is { } version)
                key.Add(version);
            return KeyValue.Of(key);
        }
    }

    ImmutableArray<SourceInfo> ISourceConfiguration.Info =>
        Ref is null || !ReportsInfo ? [] : [Info("git_tag", Origin, Ref)];

    public Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        RefuseLfs(UsesLfs, Origin.TranslatedUrl);
        var checkout = new GitCheckout(staging) { KeepsHistory = true, Submodules = Submodules };
        return checkout.StageAsync(GitRef.Parse(Ref!), Origin.Urls(staging), cancellationToken);
    }

    /// <summary>The newest commit of the branches, or of their nearest tags, by its time.</summary>
    public async Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        if (Track is null)
            return null;
        var repository = await Origin.FetchAllAsync(staging, cancellationToken);
        ImmutableArray<string> globs = [.. Match.Select(glob => $"--match={glob}"), .. Exclude.Select(glob => $"--exclude={glob}")];
        var (newest, time) = (default(string), long.MinValue);
        foreach (var branch in TrackExtra.Prepend(Track))
        {
            var commit = await GitTracking.CommitAsync(repository, branch, TracksTags ? ["--abbrev=0", .. globs] : null, cancellationToken);
            if (commit is not null && await GitTracking.TimeAsync(repository, commit, cancellationToken) is var its && its > time)
                (newest, time) = (commit, its);
        }
        return newest is null
            ? throw new SourceException($"No branch '{Track}' with what is tracked was found.", Origin.TranslatedUrl)
            : NewRef.Of(await GitTracking.DescribeAsync(repository, newest, [], cancellationToken));
    }

    internal static void RefuseLfs(bool usesLfs, string url)
    {
        if (usesLfs)
            throw new SourceException("'use-lfs: True' is loaded and in the key, but Bistro cannot fetch large files yet.", url);
    }

    internal static SourceInfo Info(string kind, GitOrigin origin, string reference)
    {
        var parsed = GitRef.Parse(reference);
        return parsed.Info(kind, origin.TranslatedUrl, origin.Version) with { ExtraData = parsed.OffsetData };
    }
}
