using System.Collections.Immutable;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Model.Content;

namespace Bistro.Builder.Artifacts;

/// <summary>The table of the store's artifacts, each under its strong and its weak key.</summary>
public sealed class ArtifactTable(MetadataStore metadata, IContentStore content, TimeProvider time) : IContentHolder
{
    // Precise enough to tell which artifact was not used for longest.
    private static readonly TimeSpan UsePrecision = TimeSpan.FromHours(1);

    public static MetadataSchema Schema { get; } = new("artifacts",
    [
        """
        CREATE TABLE artifact (
            project TEXT NOT NULL,
            element TEXT NOT NULL,     -- normal name
            key TEXT NOT NULL,         -- strong or weak
            message BLOB NOT NULL,     -- digest of the Artifact message
            made INTEGER NOT NULL,     -- milliseconds since 1970
            used INTEGER NOT NULL,
            cost INTEGER NOT NULL,     -- milliseconds that the build took
            PRIMARY KEY (project, element, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX artifact_by_message ON artifact (message);
        """,
    ]);

    /// <summary>The artifact of that name, or null.</summary>
    public Artifact? Find(ArtifactName name) =>
        FindMessage(name) is { } message && content.Find(message) is not null ? ArtifactCodec.Decode(content.ReadAll(message)) : null;

    /// <summary>The digest of the artifact's message, or null.</summary>
    public Digest? FindMessage(ArtifactName name)
    {
        var now = time.GetUtcNow();
        var found = metadata.Read(session => session.First(
            "SELECT message, used FROM artifact WHERE project = $1 AND element = $2 AND key = $3",
            row => (Message: row.GetDigest(0), Used: row.GetTime(1)),
            name.Project, name.Element, name.Key));
        if (found is null)
            return null;
        if (now - found.Value.Used > UsePrecision)
            metadata.Note(session => session.Execute(
                "UPDATE artifact SET used = $1 WHERE message = $2", now.ToUnixTimeMilliseconds(), found.Value.Message.ToBytes()));
        return found.Value.Message;
    }

    /// <summary>
    /// Keeps an artifact under its strong and its weak key, that of a failed build under its strong key only: it stands for no
    /// other build. What it refers to is in the store already.
    /// </summary>
    /// <param name="project">The project's name.</param>
    /// <param name="element">The element's name in its project.</param>
    /// <param name="artifact">What was built.</param>
    /// <param name="cost">How long building it took, which tells what is cheap to build again.</param>
    /// <param name="cancellationToken">Cancels before it is kept.</param>
    public async Task<Digest> PutAsync(string project, string element, Artifact artifact, TimeSpan cost, CancellationToken cancellationToken)
    {
        var message = await content.PutAsync(ArtifactCodec.Encode(artifact), cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        string[] keys = artifact.IsSuccess ? [artifact.StrongKey, artifact.WeakKey] : [artifact.StrongKey];
        var names = keys.Distinct().Select(key => ArtifactName.Create(project, element, key)).ToList();
        await metadata.WriteAsync(session =>
        {
            foreach (var name in names)
            {
                session.Execute(
                    "INSERT OR REPLACE INTO artifact VALUES ($1, $2, $3, $4, $5, $5, $6)",
                    name.Project, name.Element, name.Key, message.Hash.ToBytes(), now, (long)cost.TotalMilliseconds);
            }
            return names.Count;
        });
        return message.Hash;
    }

    /// <summary>Forgets an artifact; its content goes with the next collection.</summary>
    public Task RemoveAsync(ArtifactName name) => metadata.RemoveAsync(session => session.Execute(
        "DELETE FROM artifact WHERE project = $1 AND element = $2 AND key = $3", name.Project, name.Element, name.Key));

    public IEnumerable<HeldContent> List() => metadata
        .Read(session => session.List(
            "SELECT message, min(project || '/' || element || '/' || key), max(used), max(cost) FROM artifact GROUP BY message",
            row => (Message: row.GetDigest(0), Name: row.GetString(1), Used: row.GetTime(2), Cost: row.GetDuration(3))))
        .Select(row => new HeldContent { Name = $"artifact {row.Name}", Content = Content(row.Message), LastUse = row.Used, Cost = row.Cost });

    public Task ForgetAsync(IReadOnlyList<HeldContent> things, CancellationToken cancellationToken) => metadata.RemoveAsync(session =>
        things.Sum(thing => session.Execute("DELETE FROM artifact WHERE message = $1", thing.Content[0].Digest.ToBytes())));

    // The message comes first; one that cannot be read keeps nothing else.
    private ImmutableArray<ContentReference> Content(Digest message)
    {
        var itself = ContentReference.Object(message);
        try
        {
            var artifact = ArtifactCodec.Decode(content.ReadAll(message));
            return
            [
                itself,
                .. artifact.Objects.Select(referred => ContentReference.Object(referred.Hash)),
                .. artifact.Trees.Select(tree => ContentReference.Tree(tree.Hash)),
            ];
        }
        catch (Exception failure) when (failure is ContentMissingException or InvalidDataException)
        {
            return [itself];
        }
    }
}
