using System.Globalization;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Model.Content;
using Microsoft.Data.Sqlite;

namespace Bistro.Builder.Artifacts;

/// <summary>One build as it ended.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="Element">The element's name in its project.</param>
/// <param name="Key">The strong key.</param>
/// <param name="Started">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Error">Null when it succeeded, else one line about the failure.</param>
/// <param name="Log">The object that holds the whole log; null when nothing was printed.</param>
public sealed record BuildRecord(string Project, string Element, string Key, DateTimeOffset Started, TimeSpan Duration, string? Error, Digest? Log);

/// <summary>The table of builds that ran in this store, including failed ones, with their logs.</summary>
public sealed class BuildTable(MetadataStore metadata) : IContentHolder
{
    private const string NamePrefix = "build ";
    private const string Columns = "project, element, key, started, duration, error, log";

    public static MetadataSchema Schema { get; } = new("builds",
    [
        """
        CREATE TABLE build (
            id INTEGER PRIMARY KEY,
            project TEXT NOT NULL,
            element TEXT NOT NULL,
            key TEXT NOT NULL,
            started INTEGER NOT NULL,  -- milliseconds since 1970
            duration INTEGER NOT NULL, -- milliseconds
            error TEXT,
            log BLOB                   -- digest
        ) STRICT;
        CREATE INDEX build_by_key ON build (key);
        """,
    ]);

    public Task AddAsync(BuildRecord build) => metadata.WriteAsync(session => session.Execute(
        $"INSERT INTO build ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        build.Project, build.Element, build.Key, build.Started.ToUnixTimeMilliseconds(), (long)build.Duration.TotalMilliseconds,
        build.Error, build.Log?.ToBytes()));

    /// <summary>The last build under that strong key, or null.</summary>
    public BuildRecord? Find(string key) => metadata.Read(session => session.List(
        $"SELECT {Columns} FROM build WHERE key = $1 ORDER BY id DESC LIMIT 1", Read, key)).FirstOrDefault();

    /// <summary>The last builds, the newest first.</summary>
    public IReadOnlyList<BuildRecord> Latest(int count) => metadata.Read(session => session.List(
        $"SELECT {Columns} FROM build ORDER BY id DESC LIMIT $1", Read, count));

    /// <summary>The builds with a log. One that is forgotten for want of room goes from the history.</summary>
    public IEnumerable<HeldContent> List() => metadata.Read(session => session.List(
        "SELECT id, log, started FROM build WHERE log IS NOT NULL",
        row => new HeldContent
        {
            Name = NamePrefix + row.GetInt64(0).ToString(CultureInfo.InvariantCulture),
            Content = [ContentReference.Object(row.GetDigest(1))],
            LastUse = row.GetTime(2),
        }));

    public Task ForgetAsync(IReadOnlyList<HeldContent> things, CancellationToken cancellationToken) => metadata.RemoveAsync(session =>
        things.Sum(thing => session.Execute("DELETE FROM build WHERE id = $1", long.Parse(thing.Name.AsSpan(NamePrefix.Length), CultureInfo.InvariantCulture))));

    private static BuildRecord Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetTime(3), row.GetDuration(4), row.GetOptionalString(5), row.GetOptionalDigest(6));
}
