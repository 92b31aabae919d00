using Bistro.Model.Content;

namespace Bistro.Registry.Distribution;

/// <summary>A manifest ready to be sent: its bytes, and its headers as text.</summary>
public sealed class StoredManifest(Digest digest, string mediaType, byte[] bytes, ManifestReference? preferredPlatform)
{
    private readonly string _digestText = digest.ToString();
    private readonly string _entityTag = $"\"{digest}\"";

    public Digest Digest { get; } = digest;

    public string MediaType { get; } = mediaType;

    /// <summary>Bytes.</summary>
    public int Length => bytes.Length;

    /// <summary>The entry of an index to give to a client that can read no index; null for an image, or when none suits.</summary>
    public ManifestReference? PreferredPlatform { get; } = preferredPlatform;

    /// <param name="asked">The digest by which the client asked, in its own algorithm, or null when it asked by tag.</param>
    public Task SendAsync(HttpContext context, OciDigest? asked)
    {
        var response = context.Response;
        response.ContentType = MediaType;
        response.Headers.ETag = _entityTag;
        response.Headers[DistributionHeaders.ContentDigest] = asked?.Text ?? _digestText;
        if (EntityTags.Matches(context.Request.Headers.IfNoneMatch, _entityTag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
