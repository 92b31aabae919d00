using Bistro.Registry.Errors;
using Bistro.Registry.Uploads;

namespace Bistro.Registry.Distribution;

/// <summary>What a path under <c>/v2/</c> names: the closed set of the specification's endpoints.</summary>
public abstract record Route
{
    private Route()
    {
    }

    /// <summary><c>/v2/</c></summary>
    public sealed record Ping : Route;

    /// <summary><c>/v2/_catalog</c></summary>
    public sealed record Catalog : Route;

    /// <summary><c>/v2/NAME/manifests/TAG-OR-DIGEST</c></summary>
    public sealed record Manifest(RepositoryName Repository, Reference Reference) : Route;

    /// <summary><c>/v2/NAME/blobs/DIGEST</c></summary>
    public sealed record Blob(RepositoryName Repository, OciDigest Digest) : Route;

    /// <summary><c>/v2/NAME/blobs/uploads/</c></summary>
    public sealed record Uploads(RepositoryName Repository) : Route;

    /// <summary><c>/v2/NAME/blobs/uploads/ID</c></summary>
    public sealed record Upload(RepositoryName Repository, UploadId Id) : Route;

    /// <summary><c>/v2/NAME/tags/list</c></summary>
    public sealed record Tags(RepositoryName Repository) : Route;

    /// <summary><c>/v2/NAME/referrers/DIGEST</c></summary>
    public sealed record Referrers(RepositoryName Repository, OciDigest Subject) : Route;

    /// <summary>A path that names nothing.</summary>
    public sealed record Nowhere(OciError Error) : Route;
}
