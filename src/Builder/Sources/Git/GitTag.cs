using System.Collections.Immutable;

namespace Bistro.Builder.Sources.Git;

/// <summary>A tag in a repository.</summary>
/// <param name="Name">Without <c>refs/tags/</c>.</param>
/// <param name="Id">The object that the tag's ref names: a tag object, or the commit itself.</param>
/// <param name="Commit">The tagged commit.</param>
/// <param name="Objects">The tag objects between the ref and the commit.</param>
internal sealed record GitTag(string Name, string Id, string Commit, ImmutableArray<string> Objects)
{
    /// <summary>The tag that a ref names, if any.</summary>
    public static async Task<ImmutableArray<GitTag>> OfAsync(GitRepository repository, GitRef reference, CancellationToken cancellationToken)
    {
        if (reference.Tag is not { } name)
            return [];
        var id = (await repository.ReadAsync(["rev-parse", $"refs/tags/{name}"], cancellationToken)).Trim();
        var commit = (await repository.ReadAsync(["rev-parse", $"{id}^{{commit}}"], cancellationToken)).Trim();
        var listing = await repository.ReadAsync(["rev-list", "--objects", "--no-walk", "--filter=tree:0", id], cancellationToken);
        var objects = listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]);
        return [new GitTag(name, id, commit, [.. objects.Append(id).Distinct(StringComparer.Ordinal).Where(found => found != commit)])];
    }

    /// <summary>Makes a tag, with a tag object when it is annotated. Equal arguments give equal objects.</summary>
    public static async Task<GitTag> MakeAsync(
        GitRepository repository, string name, string commit, bool isAnnotated, CancellationToken cancellationToken)
    {
        if (!isAnnotated)
            return new GitTag(name, commit, commit, []);
        var text = $"object {commit}\ntype commit\ntag {name}\ntagger Unspecified Tagger <unspecified-tagger> 0 +0000\n";
        var id = await repository.HashAsync("tag", text, cancellationToken);
        return new GitTag(name, id, commit, [id]);
    }
}
