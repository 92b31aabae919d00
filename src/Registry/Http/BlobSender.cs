using System.IO.Pipelines;
using Bistro.Builder.Content;

namespace Bistro.Registry.Http;

/// <summary>Streams bytes into a response at the pace of its client: an object, a run of one, or bytes that are in memory.</summary>
public static class BlobSender
{
    private static readonly TimeSpan LongestAbort = TimeSpan.FromSeconds(10);

    /// <summary>Reads straight into the response's own buffers: measured at twice the speed of a stream between them.</summary>
    /// <exception cref="EndOfStreamException">The object is shorter than it was when it was opened.</exception>
    /// <exception cref="InvalidDataException">The object is corrupt. The last bytes of a whole one were not sent, and of a part nothing.</exception>
    public static async Task SendAsync(
        ContentReader reader, long offset, long length, PipeWriter target, SendPace pace, CancellationToken cancellationToken)
    {
        var end = offset + length;
        var isWhole = length == reader.Length;
        if (!isWhole)
            await VerifyAsync(reader);
        using var check = isWhole ? reader.BeginCheck() : null;
        while (offset < end)
        {
            var run = pace.Take(end - offset);
            if (run == 0)
            {
                await WaitForAbortAsync(cancellationToken);
                return;
            }

            try
            {
                for (var runEnd = offset + run; offset < runEnd;)
                {
                    // A small piece fills what is left of the block that holds the headers.
                    var wanted = (int)Math.Min(pace.Block, runEnd - offset);
                    var buffer = target.GetMemory(run > SendPace.Piece ? wanted : 1);
                    buffer = buffer[..Math.Min(buffer.Length, wanted)];
                    var read = reader.Read(buffer.Span, offset);
                    if (read == 0)
                        throw new EndOfStreamException("An object of the store ended before its length.");
                    offset += read;
                    check?.Append(buffer.Span[..read]);
                    if (offset == end && check?.Passes() is false)
                        throw Corrupt();
                    target.Advance(read);
                }

                if ((await target.FlushAsync(cancellationToken)).IsCompleted)
                    return;
            }
            finally
            {
                pace.Return();
            }
        }
    }

    /// <summary>Sends bytes that are in memory: a manifest, a list. Only what the client takes is copied.</summary>
    public static async Task SendAsync(ReadOnlyMemory<byte> bytes, PipeWriter target, SendPace pace, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var run = pace.Take(bytes.Length);
            if (run == 0)
            {
                await WaitForAbortAsync(cancellationToken);
                return;
            }

            try
            {
                if ((await target.WriteAsync(bytes[..run], cancellationToken)).IsCompleted)
                    return;
            }
            finally
            {
                pace.Return();
            }

            bytes = bytes[run..];
        }
    }

    /// <summary>Reads an object that was not seen whole yet, before a part of it is sent.</summary>
    /// <exception cref="InvalidDataException">The object is corrupt.</exception>
    public static async ValueTask VerifyAsync(ContentReader reader)
    {
        if (!await reader.VerifyAsync())
            throw Corrupt();
    }

    // The web server learns a moment later that its connection is closed. A response that ended before would be an error to it.
    private static async Task WaitForAbortAsync(CancellationToken cancellationToken) =>
        await Task.Delay(LongestAbort, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static InvalidDataException Corrupt() => new("An object of the store is corrupt. It is in quarantine now.");
}
