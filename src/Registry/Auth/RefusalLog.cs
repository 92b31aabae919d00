using System.Collections.Concurrent;
using System.Net;
using Bistro.Registry.Errors;

namespace Bistro.Registry.Auth;

/// <summary>
/// Logs why pushes and logins are refused, so that the log answers "why can they not push?". Of each kind of refusal one line a
/// minute is written, with the number of those that were left out: clients cannot flood the log.
/// </summary>
public sealed partial class RefusalLog(TimeProvider time, ILogger<RefusalLog> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(Refusal Refusal, bool IsLogin), Kind> _kinds = new();

    /// <summary>A request that would have changed a repository.</summary>
    /// <param name="repository">As the client wrote it.</param>
    public void Push(HttpContext context, string repository, OciError error)
    {
        // The challenge that begins every push is not a refusal.
        if (error.Refusal is Refusal.Unauthorized && context.Request.Headers.Authorization.Count == 0)
            return;
        if (Passes(error.Refusal, isLogin: false, out var omitted))
            PushRefused(log, context.Request.Method, Printable.Of(repository), context.Connection.RemoteIpAddress, error.Message, Tail(omitted));
    }

    /// <summary>A request for a token with wrong credentials.</summary>
    public void Login(HttpContext context, OciError error)
    {
        if (Passes(error.Refusal, isLogin: true, out var omitted))
            LoginRefused(log, context.Connection.RemoteIpAddress, error.Message, Tail(omitted));
    }

    private bool Passes(Refusal refusal, bool isLogin, out int omitted)
    {
        var kind = _kinds.GetOrAdd((refusal, isLogin), static _ => new Kind());
        lock (kind)
        {
            omitted = kind.Omitted;
            var now = time.GetTimestamp();
            if (kind.Logged is { } logged && time.GetElapsedTime(logged, now) < Pause)
            {
                kind.Omitted++;
                return false;
            }

            (kind.Logged, kind.Omitted) = (now, 0);
            return true;
        }
    }

    private static string Tail(int omitted) => omitted == 0 ? "" : $" ({omitted} more of this kind since the last line)";

    [LoggerMessage(LogLevel.Information, "Refused {Method} in {Repository} from {Client}: {Reason}{Tail}")]
    private static partial void PushRefused(ILogger logger, string method, string repository, IPAddress? client, string reason, string tail);

    [LoggerMessage(LogLevel.Information, "Refused a login from {Client}: {Reason}{Tail}")]
    private static partial void LoginRefused(ILogger logger, IPAddress? client, string reason, string tail);

    private sealed class Kind
    {
        public long? Logged { get; set; }

        public int Omitted { get; set; }
    }
}
