using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Builder.Upkeep;
using Bistro.Registry.Names;

namespace Bistro.Registry.Upkeep;

/// <summary>
/// Pushed content, for the garbage collector. It cannot be rebuilt, so it is never evicted: links keep their blobs, and manifests
/// are kept, until they are deleted.
/// </summary>
public sealed class RepositoryContent(MetadataStore metadata) : IContentHolder
{
    /// <summary>One entry per repository: one per link would take more memory than the collector's marks.</summary>
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
        throw new InvalidOperationException("Pushed content is never evicted.");

    private RepositoryName NameOf(long repository) => metadata.Read(session => session.List(
        "SELECT name FROM repositories WHERE id = $1", row => RepositoryName.Parse(row.GetString(0)), repository))[0];
}
