using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Registry.Names;

namespace Bistro.Registry.Upkeep;

/// <summary>
/// Pushed content, for the garbage collector. It cannot be built again, so it is never evicted: a link that a push or a mount
/// made holds its blob until it is deleted, and a manifest holds itself.
/// </summary>
public sealed class RepositoryContent(MetadataStore metadata) : IContentHolder
{
    /// <summary>One thing for each repository. One for each of a million links would take more memory than the marks.</summary>
    public IEnumerable<HeldContent> List() => metadata
        .Read(session => session.List(
            """
            SELECT repository, digest FROM (SELECT repository, digest FROM blobs UNION SELECT repository, digest FROM manifests)
            ORDER BY repository
            """,
            row => (Repository: row.GetInt64(0), Digest: row.GetDigest(1))))
        .GroupBy(link => link.Repository, link => ContentReference.Object(link.Digest))
        .Select(group => new HeldContent { Name = $"repository {NameOf(group.Key)}", Content = [.. group] });

    public Task ForgetAsync(IReadOnlyList<HeldContent> things, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("What was pushed is never evicted.");

    private RepositoryName NameOf(long repository) => metadata.Read(session => session.List(
        "SELECT name FROM repositories WHERE id = $1", row => RepositoryName.Parse(row.GetString(0)), repository))[0];
}
