namespace Bistro.Builder.Metadata;

/// <summary>
/// Notices what other processes write to the database, for who keeps in memory what he has read. SQLite counts the commits
/// of others for each connection (<c>PRAGMA data_version</c>); all of this process's own writes go through the one that is asked.
/// </summary>
public sealed class ForeignWrites(MetadataStore metadata, TimeProvider time)
{
    /// <summary>How far behind others this process may be.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Calls <paramref name="changed"/> soon after others have written, until the token ends it.</summary>
    public async Task WatchAsync(Action changed, CancellationToken cancellationToken)
    {
        var seen = await VersionAsync();
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var version = await VersionAsync();
            if (version == seen)
                continue;
            seen = version;
            changed();
        }
    }

    private Task<long> VersionAsync() => metadata.WriteAsync(session => session.First("PRAGMA data_version", row => row.GetInt64(0))!.Value);
}
