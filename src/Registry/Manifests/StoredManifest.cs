using Bistro.Registry.Http;
using Bistro.Registry.Names;

namespace Bistro.Registry.Manifests;

/// <summary>A manifest in the form in which it is sent: its bytes and the values of its headers.</summary>
public sealed class StoredManifest(OciDigest name, string mediaType, byte[] bytes, ManifestReference? preferredPlatform)
{
    private readonly string _entityTag = $"\"{name}\"";

    /// <summary>The digest in the response.</summary>
    public OciDigest Name { get; } = name;

    public string MediaType { get; } = mediaType;

    /// <summary>Bytes.</summary>
    public int Length => bytes.Length;

    /// <summary>The entry of an index for clients that do not accept indexes; null for an image, or if no entry is suitable.</summary>
    public ManifestReference? PreferredPlatform { get; } = preferredPlatform;

    /// <summary>The same manifest with another digest of its bytes in the response.</summary>
    public StoredManifest As(OciDigest name) => name == Name ? this : new StoredManifest(name, MediaType, bytes, PreferredPlatform);

    public Task SendAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = MediaType;
        response.Headers.ETag = _entityTag;
        response.Headers[DistributionHeaders.ContentDigest] = Name.Text;
        if (EntityTags.Matches(context.Request.Headers.IfNoneMatch, _entityTag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(bytes, CancellationToken.None).AsTask(); // For so few bytes a cancellation token is not worth its cost.
    }
}
