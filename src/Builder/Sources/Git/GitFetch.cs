using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Bistro.Builder.Errors;
using Bistro.Builder.Processes;
using Bistro.Model.Content;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Git;

/// <summary>
/// Fetches one commit, with the history that its ref describes, into a repository of its own:
/// <code>
/// sources/KIND/COMMIT-HEX.git    bare; HEX distinguishes refs of one commit; never changed once it exists
/// </code>
/// Nothing is shared, so nothing is locked, and one history cannot truncate another.
/// </summary>
internal static class GitFetch
{
    // A longer history is fetched whole: counting that far costs the server more.
    private const int DeepestFetch = 10_000;

    /// <summary>Whether the mirror directory has the commit, with the history of its ref.</summary>
    public static bool Has(string mirrorDirectory, GitRef reference) => Directory.Exists(PathOf(mirrorDirectory, reference));

    /// <exception cref="SourceException">None of the URLs has the commit and its tag. The message has the error of each.</exception>
    public static async Task<GitRepository> FetchAsync(
        SourceStaging staging, GitRef reference, ImmutableArray<MirrorUrl> urls, CancellationToken cancellationToken)
    {
        var path = PathOf(staging.MirrorDirectory, reference);
        if (!Directory.Exists(path))
            await FetchAsync(staging, reference, urls, path, cancellationToken);
        return new GitRepository(path, staging.Tools, staging.Log);
    }

    /// <summary>Fetches everything that a remote has, to find new versions.</summary>
    /// <exception cref="SourceException">None of the URLs answers. The message has the error of each.</exception>
    public static async Task<GitRepository> FetchAllAsync(
        SourceStaging staging, ImmutableArray<MirrorUrl> urls, CancellationToken cancellationToken)
    {
        var repository = await GitRepository.CreateAsync(Scratch(staging), staging, cancellationToken);
        await FromFirstAsync(urls, url => FetchEverythingAsync(repository, url, cancellationToken));
        return repository;
    }

    private static async Task FetchAsync(
        SourceStaging staging, GitRef reference, ImmutableArray<MirrorUrl> urls, string path, CancellationToken cancellationToken)
    {
        var scratch = Scratch(staging);
        var repository = await GitRepository.CreateAsync(scratch, staging, cancellationToken);
        await FromFirstAsync(urls, url => FetchAsync(repository, reference, url, cancellationToken));
        Directory.CreateDirectory(staging.MirrorDirectory);
        try
        {
            Directory.Move(scratch, path);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            // Another process fetched the same first.
        }
    }

    private static async Task FetchAsync(GitRepository repository, GitRef reference, string url, CancellationToken cancellationToken)
    {
        ImmutableArray<string> wanted = [$"+{reference.Commit}:refs/bistro/commit"];
        if (reference.Tag is { } tag)
            wanted = [.. wanted, $"+refs/tags/{tag}:refs/tags/{tag}"];
        // A server may refuse a commit that is not the tip of a branch. Then everything is fetched.
        if (!await repository.TryAsync(["fetch", "--quiet", "--no-tags", .. Depth(reference), "--", url, .. wanted], cancellationToken))
            await FetchEverythingAsync(repository, url, cancellationToken);
        if (!await repository.TryAsync(["cat-file", "-e", $"{reference.Commit}^{{commit}}"], cancellationToken))
            throw new SourceException($"{SourceUrl.WithoutCredentials(url)} does not have the commit {reference.Commit}.", SourceUrl.WithoutCredentials(url));
        if (reference.Tag is not null && !await repository.TryAsync(["show-ref", "--quiet", "--verify", $"refs/tags/{reference.Tag}"], cancellationToken))
            throw new SourceException($"{SourceUrl.WithoutCredentials(url)} does not have the tag '{reference.Tag}' that the ref names.", SourceUrl.WithoutCredentials(url));
    }

    private static Task FetchEverythingAsync(GitRepository repository, string url, CancellationToken cancellationToken) =>
        repository.RunAsync(
            ["fetch", "--quiet", "--no-tags", "--", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"], cancellationToken);

    private static ImmutableArray<string> Depth(GitRef reference) =>
        !int.TryParse(reference.Offset ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset) || offset > DeepestFetch
            ? []
            : [$"--depth={(offset + 1).ToString(CultureInfo.InvariantCulture)}"];

    private static async Task FromFirstAsync(ImmutableArray<MirrorUrl> urls, Func<string, Task> fetch)
    {
        List<string> failures = [];
        foreach (var url in urls)
        {
            try
            {
                await fetch(url.Url);
                return;
            }
            catch (Exception failure) when (failure is ToolException or SourceException)
            {
                failures.Add(failure.Message);
            }
        }
        throw new SourceException(string.Join('\n', failures), urls.IsEmpty ? null : SourceUrl.WithoutCredentials(urls[^1].Url), isTransient: true);
    }

    private static string PathOf(string mirrorDirectory, GitRef reference) => Path.Combine(
        mirrorDirectory,
        $"{reference.Commit}-{Digest.Of(Encoding.UTF8.GetBytes($"{reference.Tag}-{reference.Offset}")).Hex[..16]}.git");

    private static string Scratch(SourceStaging staging) => Path.Combine(staging.ScratchDirectory, Path.GetRandomFileName());
}
