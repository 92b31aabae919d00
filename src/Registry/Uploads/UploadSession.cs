using System.IO.Pipelines;
using Bistro.Builder.Content;
using Bistro.Builder.Files;
using Bistro.Registry.Http;
using Bistro.Registry.Names;

namespace Bistro.Registry.Uploads;

/// <summary>One upload in the hands of one request. No other request, here or at another server, can add to it meanwhile.</summary>
public sealed class UploadSession(RepositoryName repository, UploadId id, PartialObject content)
{
    public RepositoryName Repository { get; } = repository;

    public UploadId Id { get; } = id;

    public PartialObject Content { get; } = content;

    /// <summary>Whether the upload was closed, cancelled or refused.</summary>
    public bool HasEnded { get; internal set; }

    /// <summary>
    /// Adds a request's body. What arrived before a connection broke stays, and the client may go on behind it. Of a body
    /// that is longer than allowed, or than the disk has room for, nothing is kept.
    /// </summary>
    /// <param name="body">The body.</param>
    /// <param name="limit">Bytes that the body may have.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether the body ended within the limit.</returns>
    /// <exception cref="DiskFullException"/>
    public async Task<bool> AppendAsync(PipeReader body, long limit, CancellationToken cancellationToken)
    {
        var start = Content.Length;
        try
        {
            return await AppendAsync(body, start, limit, cancellationToken);
        }
        catch (DiskFullException)
        {
            Content.CutTo(start);
            throw;
        }
    }

    private async Task<bool> AppendAsync(PipeReader body, long start, long limit, CancellationToken cancellationToken)
    {
        using var pieces = new GatheredBody(body);
        while (true)
        {
            var result = await pieces.ReadAsync(cancellationToken);
            if (result.Buffer.Length > limit - (Content.Length - start))
            {
                body.AdvanceTo(result.Buffer.End);
                Content.CutTo(start);
                return false;
            }

            try
            {
                await Content.AppendAsync(result.Buffer);
            }
            finally
            {
                // Whatever happens, the web server reads the rest of the body and the client receives the answer.
                body.AdvanceTo(result.Buffer.End);
            }

            if (result.IsCompleted)
                return true;
        }
    }
}
