using System.Collections.Concurrent;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Model.Content;
using Bistro.Registry.Names;

namespace Bistro.Registry.Uploads;

/// <summary>
/// The uploads of a store. An upload is a file, named after its repository and its id, so that no other repository can
/// reach it and every server of the store can go on with it. A server keeps nothing of an upload but the hash of what has
/// arrived: a request takes the file's lock, finds the offset in the file, and releases the lock when it ends.
/// </summary>
public sealed class UploadSessions(PartialObjects partials, int limit, TimeProvider time)
{
    /// <summary>How many uploads may be under way at once.</summary>
    public int Limit { get; set; } = limit;

    // An upload that was not used for this long does not count any more, and its hash is dropped; its file stays.
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    // A request waits this long for another one that adds to the same upload.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    // How long the number of uploads in the store is used before it is counted again.
    private static readonly TimeSpan CountLifetime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, KeptHash> _hashes = new(StringComparer.Ordinal);
    private readonly Lock _counting = new();
    private DateTimeOffset _counted = DateTimeOffset.MinValue;
    private int _count;

    /// <summary>How often <see cref="DropIdle"/> is to be called.</summary>
    public static TimeSpan DropInterval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Begins an upload that the caller has taken, or returns null when there are as many as allowed.</summary>
    public UploadSession? Begin(RepositoryName repository)
    {
        if (!TryCountOne())
            return null;
        var id = UploadId.Create();
        return new UploadSession(repository, id, partials.Begin(FileName(repository, id)));
    }

    /// <summary>Takes an upload, waiting a while for a request that has it.</summary>
    public async Task<UploadTake> TakeAsync(RepositoryName repository, UploadId id, CancellationToken cancellationToken)
    {
        var name = FileName(repository, id);
        var begun = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (partials.TryTake(name, () => _hashes.TryRemove(name, out var known) ? known.Hash : null, out var content))
                return new UploadTake(content is null ? null : new UploadSession(repository, id, content), IsBusy: false);
            if (time.GetElapsedTime(begun) >= LongestWait)
                return new UploadTake(null, IsBusy: true);
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>Lets the next request have the upload, here or at another server.</summary>
    public async Task ReleaseAsync(UploadSession session)
    {
        using var content = session.Content;
        await content.ReleaseAsync(hash => Keep(FileName(session.Repository, session.Id), new KeptHash(hash, time.GetUtcNow())));
    }

    /// <summary>Ends an upload that the caller has taken, and removes what was not kept.</summary>
    public void End(UploadSession session)
    {
        if (session.HasEnded)
            return;
        session.HasEnded = true;
        session.Content.Remove();
        session.Content.Dispose();
        lock (_counting)
            _count--;
    }

    /// <summary>Drops the hashes of uploads that were not used for a while. One that goes on is read again.</summary>
    public void DropIdle()
    {
        var since = time.GetUtcNow() - Idle;
        foreach (var (name, kept) in _hashes)
        {
            if (kept.Released < since && _hashes.TryRemove(KeyValuePair.Create(name, kept)))
                kept.Hash.Dispose();
        }
    }

    private void Keep(string name, KeptHash kept)
    {
        if (_hashes.Count >= Limit || !_hashes.TryAdd(name, kept))
            kept.Hash.Dispose();
    }

    private bool TryCountOne()
    {
        lock (_counting)
        {
            var now = time.GetUtcNow();
            if (now - _counted >= CountLifetime)
                (_counted, _count) = (now, partials.CountUsedSince(now - Idle));
            if (_count >= Limit)
                return false;
            _count++;
            return true;
        }
    }

    private static string FileName(RepositoryName repository, UploadId id) =>
        $"{id}-{Digest.Of(Encoding.UTF8.GetBytes(repository.Value)).Hex[..16]}";

    private readonly record struct KeptHash(PartialHash Hash, DateTimeOffset Released);
}

/// <summary>What came of taking an upload.</summary>
/// <param name="Session">The upload, or null.</param>
/// <param name="IsBusy">Whether it is null because another request has the upload; otherwise there is none.</param>
public readonly record struct UploadTake(UploadSession? Session, bool IsBusy);
