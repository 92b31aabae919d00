using System.IO.Pipelines;
using Bistro.Builder.Content;
using Bistro.Registry.Http;
using Bistro.Registry.Names;

namespace Bistro.Registry.Uploads;

/// <summary>One upload: a partial object that one request at a time may add to.</summary>
public sealed class UploadSession(UploadId id, PartialObject content)
{
    private const int GatherSize = 256 * 1024;

    private int _isTaken;
    private bool _hasEnded;

    public UploadId Id { get; } = id;

    public PartialObject Content { get; } = content;

    /// <summary>When a request last asked for it.</summary>
    public DateTimeOffset LastUsed { get; set; }

    /// <summary>Takes the session for one request; false when another has it, or when it has ended.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>Lets the next request have it. A session that has ended is never let go.</summary>
    public void Release()
    {
        if (_hasEnded)
            return;
        Content.Close();
        Volatile.Write(ref _isTaken, 0);
    }

    /// <summary>Ends the session, which the caller has taken, and removes what was not kept.</summary>
    public void End()
    {
        _hasEnded = true;
        Content.Remove();
        Content.Dispose();
    }

    /// <summary>
    /// Adds a request's body. What arrived before a connection broke stays, and the client may go on behind it; of a body
    /// that is longer than allowed, or than the disk has room for, nothing is kept.
    /// </summary>
    /// <param name="limit">Bytes that the body may have.</param>
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
        while (true)
        {
            var result = await RequestBody.ReadAsync(body, GatherSize, cancellationToken);
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
                // Whatever happens, the web server reads the rest of the body and the client hears the answer.
                body.AdvanceTo(result.Buffer.End);
            }

            if (result.IsCompleted)
                return true;
        }
    }
}
