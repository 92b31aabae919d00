using Bistro.Registry.Http;
using Bistro.Registry.Names;

namespace Bistro.Registry.Manifests;

/// <summary>A manifest ready to be sent: its bytes, and its headers as text.</summary>
public sealed class StoredManifest(OciDigest name, string mediaType, byte[] bytes, ManifestReference? preferredPlatform)
{
    private readonly string _entityTag = $"\"{name}\"";

    /// <summary>The digest that it is answered with.</summary>
    public OciDigest Name { get; } = name;

    public string MediaType { get; } = mediaType;

    /// <summary>Bytes.</summary>
    public int Length => bytes.Length;

    /// <summary>The entry of an index to give to a client that can read no index; null for an image, or when none suits.</summary>
    public ManifestReference? PreferredPlatform { get; } = preferredPlatform;

    /// <summary>The same manifest, answered with another digest of its bytes.</summary>
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
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : ResponseBytes.WriteAsync(context, bytes);
    }
}
