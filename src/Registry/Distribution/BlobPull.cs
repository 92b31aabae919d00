using Bistro.Builder.Content;
using Bistro.Registry.Errors;

namespace Bistro.Registry.Distribution;

/// <summary>GET and HEAD of blobs (distribution-spec: Pulling blobs), whole or a range. Bytes are never compressed on the way.</summary>
public sealed class BlobPull(BlobShelf shelf)
{
    public async Task GetAsync(HttpContext context, ApiPath.Blob path)
    {
        using var reader = await shelf.OpenAsync(path.Repository, path.Digest, context.RequestAborted);
        if (reader is null)
        {
            await ErrorResponse.WriteAsync(context, new OciError(
                Refusal.BlobUnknown, $"The repository {path.Repository} has no blob {path.Digest}."));
            return;
        }

        await SendAsync(context, path.Digest, reader);
    }

    private static Task SendAsync(HttpContext context, OciDigest digest, ContentReader reader)
    {
        var (request, response) = (context.Request, context.Response);
        var isHead = HttpMethods.IsHead(request.Method);
        var entityTag = $"\"{digest}\"";
        response.Headers[DistributionHeaders.ContentDigest] = digest.Text;
        response.Headers.ETag = entityTag;
        response.Headers.AcceptRanges = "bytes";
        if (EntityTags.Matches(request.Headers.IfNoneMatch, entityTag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        // RFC 9110, 14.2 and 13.1.5: a range is for GET alone, and for the very content that the client has seen.
        var wanted = isHead || request.Headers.IfRange is [{ } seen] && seen != entityTag
            ? ByteRange.Parse(null, reader.Length)
            : ByteRange.Parse(request.Headers.Range, reader.Length);
        var (offset, length) = (0L, reader.Length);
        switch (wanted)
        {
            case ByteRange.Unsatisfiable:
                response.Headers.ContentRange = $"bytes */{reader.Length}";
                return ErrorResponse.WriteAsync(context, new OciError(
                    Refusal.RangeUnsatisfiable, $"The blob has {reader.Length} bytes; the range is outside of it."));
            case ByteRange.Part part:
                (offset, length) = (part.Offset, part.Length);
                response.StatusCode = StatusCodes.Status206PartialContent;
                response.Headers.ContentRange = $"bytes {offset}-{offset + length - 1}/{reader.Length}";
                break;
        }

        response.ContentType = MediaTypes.OctetStream;
        response.ContentLength = length;
        return isHead ? Task.CompletedTask : BlobSender.SendAsync(reader, offset, length, response.BodyWriter, context.RequestAborted);
    }
}
