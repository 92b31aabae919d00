using System.Globalization;
using Bistro.Registry.Auth;
using Bistro.Registry.Errors;
using Bistro.Registry.Http;
using Bistro.Registry.Names;
using Bistro.Registry.Repositories;
using Microsoft.Extensions.Primitives;

namespace Bistro.Registry.Uploads;

/// <summary>Uploads (distribution-spec: Pushing blobs): begin, append, status, close and cancel.</summary>
public sealed class UploadEndpoints(UploadSessions sessions, RepositoryBlobs blobs, ContentRules rules)
{
    /// <summary>POST: a mount, a whole blob in one request, or a new session.</summary>
    public async Task BeginAsync(HttpContext context, ApiPath.Uploads path, Caller caller)
    {
        var query = UploadQuery.Read(context.Request.Query, out var error);
        if (query?.Mount is { } mount && await blobs.TryMountAsync(path.Repository, mount, query.From, source => caller.May(RepositoryActions.Pull, source)))
            WriteCreated(context.Response, path.Repository, mount);
        else if (query is null)
            await ErrorResponse.WriteAsync(context, error!);
        else if (sessions.Begin(path.Repository) is { } session)
            await BeginAsync(context, path.Repository, session, query);
        else
            await ErrorResponse.WriteAsync(context, new OciError(Refusal.TooManyRequests, "Too many uploads are under way; try again later."));
    }

    /// <summary>PATCH: one chunk, or a stream without an announced length.</summary>
    public Task AppendAsync(HttpContext context, ApiPath.Upload path) => WithSessionAsync(context, path, async session =>
    {
        var error = await AppendBodyAsync(context.Request, session);
        WriteProgress(context.Response, path.Repository, session);
        if (error is not null)
            await ErrorResponse.WriteAsync(context, error);
        else
            context.Response.StatusCode = StatusCodes.Status202Accepted;
    });

    /// <summary>PUT: closes the session with the digest of the whole blob, after a last chunk or all of it.</summary>
    public Task CloseAsync(HttpContext context, ApiPath.Upload path) => WithSessionAsync(context, path, session =>
        UploadQuery.Read(context.Request.Query, out var error) is { } query
            ? query.Digest is { } digest
                ? CloseAsync(context, path.Repository, session, digest)
                : ErrorResponse.WriteAsync(context, new OciError(Refusal.DigestInvalid, "An upload is closed with ?digest=, the digest of the whole blob."))
            : ErrorResponse.WriteAsync(context, error!));

    /// <summary>GET: how much has arrived.</summary>
    public Task StatusAsync(HttpContext context, ApiPath.Upload path) => WithSessionAsync(context, path, session =>
    {
        WriteProgress(context.Response, path.Repository, session);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });

    /// <summary>DELETE: cancels the upload.</summary>
    public Task CancelAsync(HttpContext context, ApiPath.Upload path) => WithSessionAsync(context, path, session =>
    {
        sessions.End(session);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });

    private async Task BeginAsync(HttpContext context, RepositoryName repository, UploadSession session, UploadQuery query)
    {
        if (query.Algorithm == DigestAlgorithm.Sha512)
            session.Content.ComputeSha512();
        if (query.Digest is { } digest)
        {
            try
            {
                await CloseAsync(context, repository, session, digest);
            }
            finally
            {
                // The client does not know this session.
                sessions.End(session);
            }

            return;
        }

        await sessions.ReleaseAsync(session);
        WriteProgress(context.Response, repository, session);
        if (rules.MinChunkBytes > 0)
            context.Response.Headers[DistributionHeaders.ChunkMinLength] = rules.MinChunkBytes.ToString(CultureInfo.InvariantCulture);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task CloseAsync(HttpContext context, RepositoryName repository, UploadSession session, OciDigest digest)
    {
        var content = session.Content;
        if (digest.Algorithm == DigestAlgorithm.Sha512)
            content.ComputeSha512();
        if (await AppendBodyAsync(context.Request, session) is { } error)
        {
            WriteProgress(context.Response, repository, session);
            await ErrorResponse.WriteAsync(context, error);
            return;
        }

        var sha256 = content.Sha256(context.RequestAborted);
        var actual = digest.Algorithm == DigestAlgorithm.Sha512
            ? OciDigest.OfSha512(content.Sha512(context.RequestAborted))
            : OciDigest.Of(sha256);
        if (actual != digest)
        {
            sessions.End(session);
            await ErrorResponse.WriteAsync(context, new OciError(
                Refusal.DigestMismatch, $"What was sent has the digest {actual}, not {digest}. The upload was removed; begin a new one."));
            return;
        }

        // All bytes are here: the rest is done even if the client leaves now.
        await content.KeepAsync(CancellationToken.None);
        await blobs.AddAsync(repository, sha256, digest);
        sessions.End(session);
        WriteCreated(context.Response, repository, digest);
    }

    private async Task<OciError?> AppendBodyAsync(HttpRequest request, UploadSession session)
    {
        var start = session.Content.Length;
        var room = (rules.MaxBlobBytes ?? long.MaxValue) - start;
        if (ReadRange(request, start, out var range) is { } error)
            return error;
        if ((range?.Length ?? request.ContentLength ?? 0) > room)
            return TooLarge();
        var fits = await session.AppendAsync(request.BodyReader, Math.Min(range?.Length ?? long.MaxValue, room), request.HttpContext.RequestAborted);
        if (range is not { } announced)
            return fits ? null : TooLarge();
        if (fits && session.Content.Length - start == announced.Length)
            return null;
        session.Content.CutTo(start);
        return new OciError(Refusal.SizeMismatch, $"The chunk was announced with {announced.Length} bytes but has another length.");
    }

    private static OciError? ReadRange(HttpRequest request, long start, out ChunkRange? range)
    {
        range = null;
        var header = request.Headers.ContentRange;
        if (StringValues.IsNullOrEmpty(header))
            return null;
        if (header.Count != 1 || !ChunkRange.TryParse(header[0], out var chunk))
            return new OciError(Refusal.UploadInvalid, "The Content-Range of a chunk is FIRST-LAST: the positions of its first and last byte.");
        if (chunk.First != start)
            return new OciError(Refusal.ChunkOutOfOrder, $"The upload has {start} bytes; the next chunk begins at {start}, not {chunk.First}.");
        if (request.ContentLength is { } length && length != chunk.Length)
            return new OciError(Refusal.SizeMismatch, $"The Content-Range holds {chunk.Length} bytes but the Content-Length is {length}.");
        range = chunk;
        return null;
    }

    private async Task WithSessionAsync(HttpContext context, ApiPath.Upload path, Func<UploadSession, Task> work)
    {
        var (session, isBusy) = await sessions.TakeAsync(path.Repository, path.Id, context.RequestAborted);
        if (session is null)
        {
            await ErrorResponse.WriteAsync(context, isBusy
                ? new OciError(Refusal.UploadBusy, "Another request is adding to this upload. Try again when it has ended.")
                : new OciError(Refusal.UploadUnknown, "There is no such upload; begin one with POST."));
            return;
        }

        try
        {
            await work(session);
        }
        finally
        {
            await sessions.ReleaseAsync(session);
        }
    }

    private OciError TooLarge() => new(Refusal.BlobTooLarge, $"A blob has at most {rules.MaxBlobBytes} bytes here.");

    // distribution-spec: the range of what was received; for nothing at all, clients expect 0-0.
    private static void WriteProgress(HttpResponse response, RepositoryName repository, UploadSession session)
    {
        response.Headers.Location = $"{response.HttpContext.Request.PathBase}/v2/{repository}/blobs/uploads/{session.Id}";
        response.Headers.Range = $"0-{Math.Max(0, session.Content.Length - 1)}";
        response.Headers[DistributionHeaders.UploadId] = session.Id.ToString();
    }

    private static void WriteCreated(HttpResponse response, RepositoryName repository, OciDigest digest)
    {
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = $"{response.HttpContext.Request.PathBase}/v2/{repository}/blobs/{digest}";
        response.Headers[DistributionHeaders.ContentDigest] = digest.Text;
    }
}
