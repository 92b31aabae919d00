using System.Collections.Immutable;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Git;

/// <summary>
/// A commit with its submodules as <c>git checkout</c> writes it: attributes are applied, large files stay pointers. The kinds
/// <c>git</c>, <c>git_tag</c> and <c>git_module</c> stage this.
/// </summary>
internal sealed class GitCheckout(SourceStaging staging)
{
    /// <summary>Which submodules to check out too; null for none.</summary>
    public GitSubmodules? Submodules { get; init; }

    /// <summary>Whether to add a <c>.git</c> with the history that the ref describes.</summary>
    public bool KeepsHistory { get; init; }

    public Task<Digest> StageAsync(GitRef reference, ImmutableArray<MirrorUrl> urls, CancellationToken cancellationToken) =>
        StageAsync(reference, urls, "", cancellationToken);

    /// <summary>The files of a commit, without submodules.</summary>
    public static async Task<Digest> WriteAsync(
        SourceStaging staging, GitRepository repository, string commit, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(staging.ScratchDirectory, Path.GetRandomFileName());
        Directory.CreateDirectory(directory);
        var work = new GitRepository(repository.Directory, staging.Tools, staging.Log) { WorkTree = directory, Index = directory + ".index" };
        await work.RunAsync(
            [
                "-c", "core.autocrlf=false", "-c", "filter.lfs.required=false", "-c", "filter.lfs.process=", "-c", "filter.lfs.smudge=",
                "read-tree", "--reset", "-u", commit,
            ],
            cancellationToken);
        return await staging.Trees.CaptureAsync(directory, new CaptureOptions { Adopt = true }, cancellationToken);
    }

    private async Task<Digest> StageAsync(
        GitRef reference, ImmutableArray<MirrorUrl> urls, string path, CancellationToken cancellationToken)
    {
        var repository = await GitFetch.FetchAsync(staging, reference, urls, cancellationToken);
        var entries = await GitTree.ListAsync(repository, reference.Commit, cancellationToken);
        var tree = await WriteAsync(staging, repository, reference.Commit, cancellationToken);
        foreach (var (module, address) in await ModulesAsync(repository, reference.Commit, cancellationToken))
        {
            var place = path.Length == 0 ? module : $"{path}/{module}";
            if (Submodules?.IsCheckedOut(place) != true)
                continue;
            if (entries.FirstOrDefault(entry => entry.IsSubmodule && entry.Path == module) is not { } entry)
                continue;
            var below = await StageAsync(new GitRef(entry.Id, null, null), UrlsOf(place, address, urls), place, cancellationToken);
            tree = await PutAsync(tree, module, below, cancellationToken);
        }
        if (!KeepsHistory)
            return tree;
        var tags = await GitTag.OfAsync(repository, reference, cancellationToken);
        var history = await GitHistory.StoreAsync(repository, reference.Commit, tags, entries, staging, cancellationToken);
        return await PutAsync(tree, ".git", history, cancellationToken);
    }

    private ImmutableArray<MirrorUrl> UrlsOf(string path, string address, ImmutableArray<MirrorUrl> above)
    {
        if (Submodules?.Named.FirstOrDefault(module => module.Path == path)?.Url is { Length: > 0 } url)
            return staging.Source.Draft.DownloadUrls(url);
        // All of the URLs above must be allowed to name it: which of them had the commit is not known here.
        return [.. above.Select(url => GitUrl.OfSubmodule(address, url.Url, path)).Distinct(StringComparer.Ordinal).Select(url => new MirrorUrl(url))];
    }

    /// <summary>The paths of the submodules and their addresses, as the commit has them.</summary>
    private static async Task<IEnumerable<(string Path, string Url)>> ModulesAsync(
        GitRepository repository, string commit, CancellationToken cancellationToken)
    {
        if (!await repository.TryAsync(["cat-file", "-e", $"{commit}:.gitmodules"], cancellationToken))
            return [];
        var listing = await repository.ReadAsync(["config", "--blob", $"{commit}:.gitmodules", "--list", "-z"], cancellationToken);
        var values = listing.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('\n', 2))
            .Where(entry => entry.Length == 2 && entry[0].StartsWith("submodule.", StringComparison.Ordinal))
            .ToLookup(entry => entry[0][..entry[0].LastIndexOf('.')], entry => (Name: entry[0][(entry[0].LastIndexOf('.') + 1)..], Value: entry[1]));
        return values
            .Select(module => (
                Path: module.LastOrDefault(entry => entry.Name == "path").Value, Url: module.LastOrDefault(entry => entry.Name == "url").Value))
            .Where(module => module is { Path: not null, Url: not null });
    }

    private async Task<Digest> PutAsync(Digest tree, string path, Digest below, CancellationToken cancellationToken)
    {
        var draft = staging.Trees.BeginDraft();
        var slash = path.LastIndexOf('/');
        var node = new DirectoryNode(path[(slash + 1)..], staging.Trees.Measure(below));
        return await draft.CommitAsync(draft.Put(tree, slash < 0 ? "/" : path[..slash], node), cancellationToken);
    }
}
