using System.Collections.Immutable;
using Bistro.Builder.Errors;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Git;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>git</c>: a commit of a git repository with its submodules.</summary>
public sealed class GitKind() : SourceKind("git", KindPackage.Plugins)
{
    public override ImmutableArray<string> RefMembers => ["ref", "tags"];

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys(
        [
            "track", "ref", "submodules", "checkout-submodules", "ref-format", "track-tags", "tags", .. GitOrigin.Members,
        ]);
        var configuration = new GitConfiguration
        {
            Origin = GitOrigin.Read(source),
            Ref = members.OptionalText("ref"),
            Tags = [.. (members.OptionalSequence("tags")?.Mappings() ?? []).Select(GitHistoryTag.Read)],
            Track = members.OptionalText("track"),
            TracksTags = members.Bool("track-tags", false),
            DescribesRefs = members.OptionalChoice("ref-format", "sha1", "git-describe") == "git-describe",
            Submodules = GitSubmodules.Read(source),
        };
        return configuration is { Ref: null, Track: null }
            ? throw new LoadException(
                LoadErrorReason.InvalidData, source.Written.Provenance, "A 'git' source needs a 'ref', a 'track', or both.")
            : configuration;
    }
}

/// <summary>The repository, the commit and how the next one is found.</summary>
public sealed record GitConfiguration : IFetchable
{
    private const string TagMark = "-g";

    public required GitOrigin Origin { get; init; }

    /// <summary>A commit, or <c>TAG-N-gSHA</c>; null when it was never tracked.</summary>
    public required string? Ref { get; init; }

    public required ImmutableArray<GitHistoryTag> Tags { get; init; }

    /// <summary>The branch or tag to track.</summary>
    public required string? Track { get; init; }

    /// <summary>Whether tracking writes <see cref="Tags"/>.</summary>
    public required bool TracksTags { get; init; }

    /// <summary>Whether tracking writes <c>TAG-N-gSHA</c>.</summary>
    public required bool DescribesRefs { get; init; }

    public required GitSubmodules Submodules { get; init; }

    public bool IsResolved => Ref is not null;

    /// <summary>The ref is in it without its tag.</summary>
    public KeyValue UniqueKey
    {
        get
        {
            var key = new List<KeyValue> { Origin.Url, Split(Ref!).Commit };
            if (!Tags.IsEmpty)
                key.Add(KeyValue.Of(
                    ("tags", KeyMembers.Of(Tags, tag => tag.Tag, tag => KeyValue.Of([tag.Commit, tag.IsAnnotated])))));
            Submodules.AddTo(key);
            if (Origin.Version.Key is { } version)
                key.Add(version);
            return KeyValue.Of(key);
        }
    }

    /// <summary>The URL is reported as written here, alone among the kinds.</summary>
    public ImmutableArray<SourceInfo> Info
    {
        get
        {
            if (Ref is null)
                return [];
            var (commit, tag, offset) = Split(Ref);
            return
            [
                new GitRef(commit, tag, offset).Info("git", Origin.Url, Origin.Version) with
                {
                    ExtraData = offset is null or "0" ? [] : [new("commit-offset", offset)],
                },
            ];
        }
    }

    /// <summary>The files without a <c>.git</c>, but with one that has <see cref="Tags"/> where there are any.</summary>
    public async Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        var reference = GitRef.Parse(Ref!);
        var checkout = new GitCheckout(staging) { Submodules = Submodules };
        var files = await checkout.StageAsync(reference, Origin.Urls(staging), cancellationToken);
        if (Tags.IsEmpty)
            return files;
        var repository = await Origin.FetchAllAsync(staging, cancellationToken);
        var tags = await Task.WhenAll(
            Tags.Select(tag => GitTag.MakeAsync(repository, tag.Tag, tag.Commit, tag.IsAnnotated, cancellationToken)));
        var entries = await GitTree.ListAsync(repository, reference.Commit, cancellationToken);
        var history = await GitHistory.StoreAsync(repository, reference.Commit, [.. tags], entries, staging, cancellationToken);
        var draft = staging.Trees.BeginDraft();
        return await draft.CommitAsync(
            draft.Put(files, "/", new DirectoryNode(".git", staging.Trees.Measure(history))), cancellationToken);
    }

    public async Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        if (Track is null)
            return null;
        var repository = await Origin.FetchAllAsync(staging, cancellationToken);
        var commit = await GitTracking.CommitAsync(repository, Track, describe: null, cancellationToken)
            ?? throw new SourceException($"There is no branch or tag '{Track}'.", Origin.TranslatedUrl);
        var found = NewRef.Of(DescribesRefs ? await GitTracking.DescribeAsync(repository, commit, [], cancellationToken) : commit);
        var tags = TracksTags ? await GitTracking.ReachableTagsAsync(repository, commit, cancellationToken) : [];
        return tags.IsEmpty ? found : found.With("tags", new SequenceNode([.. tags.Select(Write)], Provenance.None));
    }

    private static MappingNode Write(GitHistoryTag tag) =>
        NewRef.Of(("tag", tag.Tag), ("commit", tag.Commit), ("annotated", tag.IsAnnotated ? "true" : "false"));

    /// <summary>This kind takes any text before the last <c>-g</c> for a description, and no form of hash for granted.</summary>
    private static (string Commit, string? Tag, string? Offset) Split(string reference)
    {
        var mark = reference.LastIndexOf(TagMark, StringComparison.Ordinal);
        if (mark < 0)
            return (reference, null, null);
        var (described, commit) = (reference[..mark], reference[(mark + TagMark.Length)..]);
        var dash = described.LastIndexOf('-');
        return dash < 0 ? (commit, described, null) : (commit, described[..dash], described[(dash + 1)..]);
    }
}
