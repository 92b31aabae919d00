using System.Collections.Concurrent;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.Uploads;

/// <summary>
/// The uploads under way. A session belongs to one repository: its file is named after both, so that no other repository
/// can reach it, and a server that was restarted finds it without having kept a list.
/// </summary>
public sealed class UploadSessions(PartialObjects partials, int limit, TimeProvider time)
{
    // An idle session lives on as its file, and is found again by its name.
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Repository, UploadId Id), UploadSession> _sessions = new();
    private readonly Lock _sweeping = new();
    private DateTimeOffset _swept = DateTimeOffset.MinValue;

    /// <summary>Begins a session that the caller has taken, or null when there are as many as there may be.</summary>
    public UploadSession? Begin(RepositoryName repository)
    {
        Sweep();
        if (_sessions.Count >= limit)
            return null;
        var id = UploadId.Create();
        var session = new UploadSession(id, partials.Begin(FileName(repository, id))) { LastUsed = time.GetUtcNow() };
        session.TryTake();
        _sessions[(repository.Value, id)] = session;
        return session;
    }

    /// <summary>The session, perhaps one that an earlier process began, or null when the repository has none of that name.</summary>
    public UploadSession? Find(RepositoryName repository, UploadId id)
    {
        if (_sessions.TryGetValue((repository.Value, id), out var session))
        {
            session.LastUsed = time.GetUtcNow();
            return session;
        }

        var partial = partials.Resume(FileName(repository, id));
        if (partial is null)
            return null;
        session = _sessions.GetOrAdd((repository.Value, id), new UploadSession(id, partial) { LastUsed = time.GetUtcNow() });
        if (session.Content != partial)
            partial.Dispose();
        return session;
    }

    /// <summary>Ends a session that the caller has taken, whether its content was kept or not.</summary>
    public void End(RepositoryName repository, UploadSession session)
    {
        _sessions.TryRemove((repository.Value, session.Id), out _);
        session.End();
    }

    private void Sweep()
    {
        var now = time.GetUtcNow();
        lock (_sweeping)
        {
            var isDue = now - _swept >= BetweenSweeps;
            if (!isDue && _sessions.Count < limit)
                return;
            foreach (var (key, session) in _sessions)
            {
                if (now - session.LastUsed > Idle && session.TryTake() && _sessions.TryRemove(key, out _))
                    session.Content.Dispose();
            }

            if (!isDue)
                return;
            _swept = now;
            partials.RemoveOlder(now - Abandoned);
        }
    }

    private static string FileName(RepositoryName repository, UploadId id) =>
        $"{id}-{Digest.Of(Encoding.UTF8.GetBytes(repository.Value)).Hex[..16]}";
}
