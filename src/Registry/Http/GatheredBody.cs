using System.IO.Pipelines;

namespace Bistro.Registry.Http;

/// <summary>
/// A request's body in pieces that are worth a write each. What has arrived is handed out when the client pauses, so that a client
/// that stops sending leaves nothing in memory.
/// </summary>
public sealed class GatheredBody(PipeReader body) : IDisposable
{
    private const int PieceSize = ConnectionMemory.LargeBlock;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private bool _isFlowing;

    /// <summary>The next piece, which the caller gives back with <see cref="PipeReader.AdvanceTo(SequencePosition)"/>.</summary>
    /// <exception cref="BadHttpRequestException">The body is cut off or badly framed.</exception>
    public async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var result = await body.ReadAsync(cancellationToken);
            while (result.IsCanceled && result.Buffer.IsEmpty)
            {
                // The pause ended just as the last piece was complete.
                body.AdvanceTo(result.Buffer.Start);
                result = await body.ReadAsync(cancellationToken);
            }

            if (result.IsCompleted || result.Buffer.Length >= PieceSize)
                return result;
            SetFlowing(true);
            using var pause = TimeProvider.System.CreateTimer(
                static reader => EndWaiting((PipeReader)reader!), body, Pause, Timeout.InfiniteTimeSpan);
            do
            {
                body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                result = await body.ReadAsync(cancellationToken);
            }
            while (!result.IsCompleted && !result.IsCanceled && result.Buffer.Length < PieceSize);
            if (result.IsCanceled)
                SetFlowing(false);
            return result;
        }
        catch (IOException failure) when (failure is not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The request's body cannot be read.", failure);
        }
    }

    public void Dispose() => SetFlowing(false);

    private static void EndWaiting(PipeReader body)
    {
        try
        {
            body.CancelPendingRead();
        }
        catch (Exception)
        {
            // The request has ended or was aborted, which the read itself reports. An exception of a timer would end the process.
        }
    }

    private void SetFlowing(bool isFlowing)
    {
        if (_isFlowing == isFlowing)
            return;
        _isFlowing = isFlowing;
        if (isFlowing)
            ConnectionMemory.BeginFlow();
        else
            ConnectionMemory.EndFlow();
    }
}
