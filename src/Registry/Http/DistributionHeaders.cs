namespace Bistro.Registry.Http;

/// <summary>The headers that the distribution specification adds to those of HTTP.</summary>
public static class DistributionHeaders
{
    public const string ApiVersion = "Docker-Distribution-Api-Version";
    public const string ContentDigest = "Docker-Content-Digest";
    public const string UploadId = "Docker-Upload-UUID";
    public const string ChunkMinLength = "OCI-Chunk-Min-Length";
    public const string FiltersApplied = "OCI-Filters-Applied";
    public const string Subject = "OCI-Subject";
    public const string Tag = "OCI-Tag";
}
