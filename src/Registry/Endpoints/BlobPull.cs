using Bistro.Registry.Auth;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Endpoints;

/// <summary>GET and HEAD of blobs (distribution-spec: Pulling blobs), whole or a range. Bytes are never compressed on the way.</summary>
public sealed class BlobPull(RepositoryBlobs blobs, IOnDemandRepositories onDemand, OnDemandOptions options)
{
    public async Task GetAsync(HttpContext context, ApiPath.Blob path, Caller caller)
    {
        if (HttpMethods.IsHead(context.Request.Method))
            blobs.Claim(path.Repository, path.Digest);
        using var reader = await blobs.OpenAsync(path.Repository, path.Digest, context.RequestAborted);
        if (reader is null)
            await GetEvictedAsync(context, path, caller.May(RepositoryActions.Build, path.Repository));
        else
            await SendAsync(context, path.Digest, reader);
    }

    /// <summary>What an image of a project held once is built again.</summary>
    private async Task GetEvictedAsync(HttpContext context, ApiPath.Blob path, bool mayBuild)
    {
        var client = ClientTraits.Of(context.Request.Headers.UserAgent, options);
        var request = new OnDemandRequest(path.Repository, new Reference.ByDigest(path.Digest), client.Hold, mayBuild);
        var answer = onDemand.Owns(path.Repository) ? await onDemand.RestoreAsync(request, context.RequestAborted) : new OnDemandAnswer.NotMine();
        using var reader = answer is OnDemandAnswer.Found ? await blobs.OpenAsync(path.Repository, path.Digest, context.RequestAborted) : null;
        if (reader is not null)
            await SendAsync(context, path.Digest, reader);
        else
            await OnDemandRefusal.WriteAsync(
                context, answer, client, new OciError(Refusal.BlobUnknown, $"The repository {path.Repository} has no blob {path.Digest}."));
    }

    private static Task SendAsync(HttpContext context, OciDigest digest, OpenBlob blob)
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
            ? ByteRange.Parse(null, blob.Length)
            : ByteRange.Parse(request.Headers.Range, blob.Length);
        var (offset, length) = (0L, blob.Length);
        response.ContentType = ContentTypes.OctetStream;
        switch (wanted)
        {
            case ByteRange.Unsatisfiable:
                response.Headers.ContentRange = $"bytes */{blob.Length}";
                return ErrorResponse.WriteAsync(context, new OciError(
                    Refusal.RangeUnsatisfiable, $"The blob has {blob.Length} bytes; the range is outside of it."));
            case ByteRange.Part part:
                (offset, length) = (part.Offset, part.Length);
                response.StatusCode = StatusCodes.Status206PartialContent;
                response.Headers.ContentRange = $"bytes {offset}-{offset + length - 1}/{blob.Length}";
                break;
            case ByteRange.Parts parts:
                return SendPartsAsync(context, parts.Runs, blob);
        }

        response.ContentLength = length;
        return isHead ? Task.CompletedTask : blob.SendAsync(context, offset, length);
    }

    // Nothing is sent of a corrupt blob: the first of its runs is checked before the headers go out.
    private static async Task SendPartsAsync(HttpContext context, IReadOnlyList<ByteRun> runs, OpenBlob blob)
    {
        var response = context.Response;
        var frame = new MultipartRanges(runs, ContentTypes.OctetStream, blob.Length);
        await blob.VerifyAsync();
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.ContentType = frame.ContentType;
        response.ContentLength = frame.Length;
        for (var i = 0; i < runs.Count; i++)
        {
            await response.BodyWriter.WriteAsync(frame.HeadOf(i), context.RequestAborted);
            await blob.SendAsync(context, runs[i].Offset, runs[i].Length);
        }

        await response.BodyWriter.WriteAsync(frame.End, context.RequestAborted);
    }
}
