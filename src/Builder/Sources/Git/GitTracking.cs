using System.Collections.Immutable;
using System.Globalization;
using Bistro.Builder.Errors;
using Bistro.Builder.Processes;
using Bistro.Builder.Trees;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Git;

/// <summary>A branch or a tag of a remote repository.</summary>
/// <param name="Name">Whole: <c>refs/tags/v1</c>.</param>
/// <param name="Commit">What it leads to.</param>
internal sealed record RemoteRef(string Name, string Commit)
{
    private const string Heads = "refs/heads/";
    private const string Tags = "refs/tags/";

    public bool IsTag => Name.StartsWith(Tags, StringComparison.Ordinal);

    /// <summary>The name without <c>refs/heads/</c> or <c>refs/tags/</c>; null for other refs.</summary>
    public string? ShortName => IsTag ? Name[Tags.Length..] : Name.StartsWith(Heads, StringComparison.Ordinal) ? Name[Heads.Length..] : null;
}

/// <summary>Finds new versions in a remote repository.</summary>
internal static class GitTracking
{
    private const string Peeled = "^{}";

    /// <summary>All refs of the remote. An annotated tag gives its commit.</summary>
    /// <exception cref="SourceException">The remote does not answer.</exception>
    public static async Task<ImmutableArray<RemoteRef>> ListAsync(
        SourceStaging staging, ImmutableArray<MirrorUrl> urls, CancellationToken cancellationToken)
    {
        var repository = new GitRepository(staging.ScratchDirectory, staging.Tools, staging.Log);
        var url = urls[^1].Url;
        try
        {
            var refs = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var line in (await repository.ReadAsync(["ls-remote", "--", url], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                if (line.Split('\t') is [var commit, var name])
                    refs[name.EndsWith(Peeled, StringComparison.Ordinal) ? name[..^Peeled.Length] : name] = commit;
            return [.. refs.Select(found => new RemoteRef(found.Key, found.Value))];
        }
        catch (ToolException failure)
        {
            throw new SourceException(failure.Message, SourceUrl.WithoutCredentials(url), isTransient: true);
        }
    }

    /// <summary>The greatest of the refs that match.</summary>
    /// <param name="refs">The refs of the remote.</param>
    /// <param name="pattern">A glob over branches and tags, or over all refs when it starts with <c>refs/</c>.</param>
    /// <param name="exclude">Globs of refs to leave out.</param>
    /// <exception cref="SourceException">None matches.</exception>
    public static RemoteRef Choose(IEnumerable<RemoteRef> refs, string pattern, ImmutableArray<string> exclude)
    {
        var isWhole = pattern.StartsWith("refs/", StringComparison.Ordinal);
        var wanted = GlobPattern.OfNames(pattern);
        var unwanted = exclude.Select(glob => GlobPattern.OfNames(glob)).ToArray();
        return refs
            .Where(found => NameOf(found) is { } name && wanted.Matches(name) && !unwanted.Any(glob => glob.Matches(name)))
            .MaxBy(NameOf, VersionOrder.Instance)
            ?? throw new SourceException($"No matching refs: the remote has no branch or tag '{pattern}'.");

        string? NameOf(RemoteRef found) => isWhole ? found.Name : found.ShortName;
    }

    /// <summary>The commit with its nearest tag, <c>TAG-N-gSHA</c>; the commit alone when it has no tag.</summary>
    public static async Task<string> DescribeAsync(
        GitRepository repository, string commit, ImmutableArray<string> options, CancellationToken cancellationToken)
    {
        ImmutableArray<string> describe = ["describe", "--tags", "--long", "--abbrev=40", .. options, commit];
        return await repository.TryAsync(describe, cancellationToken)
            ? (await repository.ReadAsync(describe, cancellationToken)).Trim()
            : commit;
    }

    /// <summary>The commit of a branch or tag, or of its nearest tag; null when there is none.</summary>
    /// <param name="repository">A copy of everything the remote has.</param>
    /// <param name="name">The branch or the tag.</param>
    /// <param name="describe">Options for finding its tag; null for the commit itself.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<string?> CommitAsync(
        GitRepository repository, string name, ImmutableArray<string>? describe, CancellationToken cancellationToken)
    {
        if (describe is { } options)
        {
            ImmutableArray<string> command = ["describe", "--tags", .. options, name];
            if (!await repository.TryAsync(command, cancellationToken))
                return null;
            name = "refs/tags/" + (await repository.ReadAsync(command, cancellationToken)).Trim();
        }
        return await repository.TryAsync(["rev-parse", "--quiet", "--verify", $"{name}^{{commit}}"], cancellationToken)
            ? (await repository.ReadAsync(["rev-parse", $"{name}^{{commit}}"], cancellationToken)).Trim()
            : null;
    }

    /// <summary>The nearest tags of a commit: over all its history and over its first parents, annotated ones and any.</summary>
    public static async Task<ImmutableArray<GitHistoryTag>> ReachableTagsAsync(
        GitRepository repository, string commit, CancellationToken cancellationToken)
    {
        var tags = new SortedDictionary<string, GitHistoryTag>(StringComparer.Ordinal);
        ImmutableArray<ImmutableArray<string>> searches = [[], ["--first-parent"], ["--tags"], ["--tags", "--first-parent"]];
        foreach (var search in searches)
        {
            ImmutableArray<string> describe = ["describe", "--abbrev=0", .. search, commit];
            if (!await repository.TryAsync(describe, cancellationToken))
                continue;
            var name = (await repository.ReadAsync(describe, cancellationToken)).Trim();
            var tagged = (await repository.ReadAsync(["rev-parse", $"refs/tags/{name}^{{commit}}"], cancellationToken)).Trim();
            var isAnnotated = await repository.TryAsync(["cat-file", "tag", $"refs/tags/{name}"], cancellationToken);
            tags[name] = new GitHistoryTag(name, tagged, isAnnotated);
        }
        return [.. tags.Values];
    }

    /// <summary>When the commit was made, in seconds since 1970.</summary>
    public static async Task<long> TimeAsync(GitRepository repository, string commit, CancellationToken cancellationToken) => long.Parse(
        await repository.ReadAsync(["show", "--no-patch", "--format=%ct", $"{commit}^{{commit}}"], cancellationToken), CultureInfo.InvariantCulture);
}
