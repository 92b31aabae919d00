using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Git;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>git_repo</c>: a commit of a git repository, with just enough history for <c>git describe</c>.</summary>
public sealed class GitRepoKind() : SourceKind("git_repo", KindPackage.Community)
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys(["ref", "track", "exclude", "ref-format", .. GitOrigin.Members]);
        return new GitRepoConfiguration
        {
            Origin = GitOrigin.Read(source),
            Ref = members.Scalar("ref") is { } reference ? new WrittenGitRef(reference.Value, Parse(reference)) : null,
            Track = members.OptionalText("track"),
            Exclude = members.OptionalTexts("exclude") ?? [],
            DescribesRefs = members.OptionalChoice("ref-format", "sha1", "git-describe") == "git-describe",
        };
    }

    internal static GitRef Parse(ScalarNode reference) =>
        GitRef.TryParse(reference.Value) ?? throw new LoadException(
            LoadErrorReason.InvalidData, reference.Provenance,
            $"The ref '{reference.Value}' is not in the expected format: 40 lower-case hex digits, or TAG-N-g followed by them.");
}

/// <summary>A ref as it is in the key, and what it says.</summary>
public sealed record WrittenGitRef(string Text, GitRef Parsed);

/// <summary>The repository and the commit.</summary>
public sealed record GitRepoConfiguration : IFetchable
{
    public required GitOrigin Origin { get; init; }

    /// <summary>Null when it was never tracked.</summary>
    public required WrittenGitRef? Ref { get; init; }

    /// <summary>A glob over branches and tags, or over any refs when it starts with <c>refs/</c>.</summary>
    public required string? Track { get; init; }

    /// <summary>Globs over what <see cref="Track"/> must not find.</summary>
    public required ImmutableArray<string> Exclude { get; init; }

    /// <summary>Whether tracking writes <c>TAG-N-gSHA</c>.</summary>
    public required bool DescribesRefs { get; init; }

    public bool IsResolved => Ref is not null;

    /// <summary>The URL is not in it: the same commit from another place is the same.</summary>
    public KeyValue UniqueKey
    {
        get
        {
            var key = new KeyMembers().Add("bugfix", 1).Add("ref", Ref?.Text);
            Origin.Version.AddTo(key);
            return key.ToKey();
        }
    }

    public ImmutableArray<SourceInfo> Info => Ref is not { Parsed: var parsed }
        ? []
        : [parsed.Info("git_repo", Origin.TranslatedUrl, Origin.Version) with { ExtraData = parsed.ExtraData }];

    public bool IsMirrored(string mirrorDirectory) => Ref is not null && GitFetch.Has(mirrorDirectory, Ref.Parsed);

    public async Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        var reference = Ref!.Parsed;
        var repository = await GitFetch.FetchAsync(staging, reference, Origin.Urls(staging), cancellationToken);
        var entries = await GitTree.ListAsync(repository, reference.Commit, cancellationToken);
        var files = await GitTree.StoreAsync(repository, staging.Trees, entries, cancellationToken);
        var tags = await GitTag.OfAsync(repository, reference, cancellationToken);
        var history = await GitHistory.StoreAsync(repository, reference.Commit, tags, entries, staging, cancellationToken);
        var draft = staging.Trees.BeginDraft();
        return await draft.CommitAsync(
            draft.Put(files, "/", new DirectoryNode(".git", staging.Trees.Measure(history))), cancellationToken);
    }

    /// <summary>The newest ref. Its commit is fetched, too, as BuildStream does: the element can be built without the remote.</summary>
    public async Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        if (Track is null)
            return null;
        var reference = await FindAsync(Track, staging, cancellationToken);
        await GitFetch.FetchAsync(staging, GitRef.Parse(reference), Origin.Urls(staging), cancellationToken);
        return NewRef.Of(reference);
    }

    private async Task<string> FindAsync(string track, SourceStaging staging, CancellationToken cancellationToken)
    {
        var found = GitTracking.Choose(await GitTracking.ListAsync(staging, Origin.Urls(staging), cancellationToken), track, Exclude);
        if (!DescribesRefs)
            return found.Commit;
        if (found is { IsTag: true, ShortName: { } tag })
            return $"{tag}-0-g{found.Commit}";
        var repository = await Origin.FetchAllAsync(staging, cancellationToken);
        return await GitTracking.DescribeAsync(repository, found.Commit, [], cancellationToken);
    }
}
