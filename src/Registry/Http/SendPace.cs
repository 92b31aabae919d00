using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections.Features;

namespace Bistro.Registry.Http;

/// <summary>
/// How much of an answer is written before the next flush. Long runs are fast, but a run that the client does not take stays in
/// memory, and thousands of clients may stop reading. So a long run is written only when the kernel's socket buffer has room for
/// it, and all long runs together have a bounded share of memory; otherwise a small piece is written, which waits for the client.
/// </summary>
public sealed class SendPace
{
    /// <summary>What is written to a client that takes nothing, and the most that a flush leaves to be sent.</summary>
    public const int Piece = ConnectionMemory.SmallBlock;

    // TLS keeps an encrypted copy of what waits, in an array whose length is a power of two. The record's header must fit in it, too.
    private const int TlsPiece = 4096 - 128;

    private const int LongestRun = 1 << 20;

    // Whole large blocks: what is left of one would be held by the small piece that fills it.
    private const int RunUnit = ConnectionMemory.LargeBlock;

    // Of all connections together, and the part of what is free that one run may take.
    private const int AllRuns = 8 << 20;
    private const int Share = 4;

    // Linux: getsockopt(SOL_SOCKET, SO_MEMINFO) gives nine counters of the socket's memory.
    private const int SocketLevel = 1;
    private const int MemoryInfo = 55;
    private const int SendBuffer = 3;
    private const int Queued = 5;
    private const int Counters = 9;

    private const int Closed = -1;

    private static int _free = AllRuns;

    private readonly Socket? _socket;
    private readonly int _piece;
    private int _taken;

    /// <param name="socket">Null where its buffer says nothing of what the client takes; then only small pieces are written.</param>
    /// <param name="isTls">Whether the connection encrypts.</param>
    private SendPace(Socket? socket, bool isTls)
    {
        _socket = socket;
        _piece = isTls ? TlsPiece : Piece;
        Block = isTls ? ConnectionMemory.SmallBlock : ConnectionMemory.LargeBlock;
    }

    /// <summary>
    /// The most that is written into one buffer. OpenSSL keeps memory for the largest buffer that it ever encrypted, for as long as
    /// the connection lives.
    /// </summary>
    public int Block { get; }

    /// <summary>Writes small pieces.</summary>
    public static SendPace Slow() => new(null, isTls: false);

    /// <summary>The pace of a response. Streams of HTTP/2 share a connection and wait for windows of their own.</summary>
    public static SendPace Of(HttpContext context) => new(
        HttpProtocol.IsHttp11(context.Request.Protocol) ? context.Features.Get<IConnectionSocketFeature>()?.Socket : null,
        context.Features.Get<ITlsHandshakeFeature>() is not null);

    /// <summary>
    /// The bytes to write before the next flush, after which <see cref="Return"/> is called. Zero when the connection has been
    /// closed: behind TLS, a flush does not tell.
    /// </summary>
    public int Take(long remaining)
    {
        var room = remaining > _piece ? Room() : 0;
        if (room == Closed)
            return 0;
        if (room >= RunUnit)
        {
            for (int free; (free = Volatile.Read(ref _free)) >= RunUnit * Share;)
            {
                var run = Math.Min(Math.Min(room, LongestRun), free / Share) & -RunUnit;
                if (Interlocked.CompareExchange(ref _free, free - run, free) != free)
                    continue;
                _taken = run;
                return (int)Math.Min(remaining, run);
            }
        }

        return (int)Math.Min(remaining, _piece);
    }

    public void Return()
    {
        if (_taken > 0)
            Interlocked.Add(ref _free, _taken);
        _taken = 0;
    }

    // Half of what the kernel has free (it also counts its own overhead), or Closed.
    private int Room()
    {
        if (_socket is null)
            return 0;
        try
        {
            Span<uint> counters = stackalloc uint[Counters];
            var length = _socket.GetRawSocketOption(SocketLevel, MemoryInfo, MemoryMarshal.AsBytes(counters));
            return length >= (Queued + 1) * sizeof(uint) ? Math.Max(0, ((int)counters[SendBuffer] - (int)counters[Queued]) / 2) : 0;
        }
        catch (ObjectDisposedException)
        {
            return Closed;
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
