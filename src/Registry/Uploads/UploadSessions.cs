using System.Collections.Concurrent;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Model.Content;
using Bistro.Registry.Distribution;

namespace Bistro.Registry.Uploads;

/// <summary>
/// The uploads under way. A session belongs to one repository: its file is named after both, so that no other repository
/// can reach it, and a server that was restarted finds it without having kept a list.
/// </summary>
public sealed class UploadSessions(PartialObjects partials, int limit)
{
    private readonly ConcurrentDictionary<(string Repository, UploadId Id), UploadSession> _sessions = new();

    /// <summary>Begins a session that the caller has taken, or null when there are as many as there may be.</summary>
    public UploadSession? Begin(RepositoryName repository)
    {
        if (_sessions.Count >= limit)
            return null;
        var id = UploadId.Create();
        var session = new UploadSession(id, partials.Begin(FileName(repository, id)));
        session.TryTake();
        _sessions[(repository.Value, id)] = session;
        return session;
    }

    /// <summary>The session, perhaps one that an earlier process began, or null when the repository has none of that name.</summary>
    public UploadSession? Find(RepositoryName repository, UploadId id)
    {
        if (_sessions.TryGetValue((repository.Value, id), out var session))
            return session;
        var partial = partials.Resume(FileName(repository, id));
        if (partial is null)
            return null;
        session = _sessions.GetOrAdd((repository.Value, id), new UploadSession(id, partial));
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

    private static string FileName(RepositoryName repository, UploadId id) =>
        $"{id}-{Digest.Of(Encoding.UTF8.GetBytes(repository.Value)).Hex[..16]}";
}
