using Bistro.Registry.Errors;

namespace Bistro.Registry.Names;

/// <summary>A parsed path below <c>/v2/</c>: the closed set of endpoints in the specification.</summary>
public abstract record ApiPath
{
    private ApiPath()
    {
    }

    /// <summary><c>/v2/</c></summary>
    public sealed record Ping : ApiPath;

    /// <summary><c>/v2/_catalog</c></summary>
    public sealed record Catalog : ApiPath;

    /// <summary>A path within a repository.</summary>
    public abstract record InRepository(RepositoryName Repository) : ApiPath;

    /// <summary><c>/v2/NAME/manifests/TAG-OR-DIGEST</c></summary>
    public sealed record Manifest(RepositoryName Repository, Reference Reference) : InRepository(Repository);

    /// <summary><c>/v2/NAME/blobs/DIGEST</c></summary>
    public sealed record Blob(RepositoryName Repository, OciDigest Digest) : InRepository(Repository);

    /// <summary><c>/v2/NAME/blobs/uploads/</c></summary>
    public sealed record Uploads(RepositoryName Repository) : InRepository(Repository);

    /// <summary><c>/v2/NAME/blobs/uploads/ID</c></summary>
    public sealed record Upload(RepositoryName Repository, UploadId Id) : InRepository(Repository);

    /// <summary><c>/v2/NAME/tags/list</c></summary>
    public sealed record Tags(RepositoryName Repository) : InRepository(Repository);

    /// <summary><c>/v2/NAME/referrers/DIGEST</c></summary>
    public sealed record Referrers(RepositoryName Repository, OciDigest Subject) : InRepository(Repository);

    /// <summary>A path that is not part of the API.</summary>
    public sealed record Nowhere(OciError Error) : ApiPath;
}
