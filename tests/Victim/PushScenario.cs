using System.Buffers;
using System.Text;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Oci;
using Bistro.Builder.Metadata;
using Bistro.Model.Content;
using Bistro.Registry.Manifests;
using Bistro.Registry.Names;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;
using Bistro.Registry.Upkeep;

namespace Bistro.Victim;

/// <summary>
/// What a registry writes when it is pushed to, deleted from and collected, as its endpoints do it; each is printed when it
/// would be acknowledged. Without the web server, which writes nothing and takes a second to start.
/// </summary>
internal static class PushScenario
{
    private const long CacheBytes = 1 << 20;

    public static async Task RunAsync(string root, IContentFaults faults)
    {
        using var content = ContentStore.Create(root, faults: faults);
        await using var metadata = MetadataStore.Open(content, RepositorySchema.Schema);
        var repositories = new RepositoryStore(metadata, TimeProvider.System);
        var blobs = new RepositoryBlobs(repositories, content, new NoProjects(), CacheBytes);
        var manifests = new RepositoryManifests(repositories, content, CacheBytes);
        var (a, b) = (RepositoryName.Parse("a"), RepositoryName.Parse("b"));

        var whole = await PushAsync(content, blobs, a, "pushed whole");
        var pieces = await PushAsync(content, blobs, a, "pushed ", "in ", "pieces");
        await blobs.AddAsync(b, whole, OciDigest.Of(whole));
        Acknowledge($"blob b {whole}");
        var manifest = Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}",
            "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{whole}}","size":12},
            "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{pieces}}","size":16}]}
            """);
        var read = ManifestReader.Read(manifest, MediaTypes.Manifest, out _)!;
        foreach (var tag in new[] { "kept", "dropped" })
        {
            await manifests.PutAsync(a, new ManifestRecord(Digest.Of(manifest), OciDigest.Of(Digest.Of(manifest)), manifest.Length, read, [tag]), manifest);
            Acknowledge($"tag a {tag}");
        }
        await manifests.RemoveTagAsync(a, "dropped");
        Acknowledge("untagged a dropped");
        await blobs.RemoveAsync(b, OciDigest.Of(whole));
        Acknowledge($"unlinked b {whole}");
        var later = new DaysLater();
        await new Housekeeping(content, metadata, [], new CacheOptions(), later).CollectAsync(CancellationToken.None);
        Acknowledge("collected");
    }

    private static async Task<Digest> PushAsync(ContentStore content, RepositoryBlobs blobs, RepositoryName repository, params string[] pieces)
    {
        using var upload = new PartialObjects(content).Begin(Path.GetRandomFileName());
        foreach (var piece in pieces)
            await upload.AppendAsync(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(piece)));
        var digest = (await upload.KeepAsync(CancellationToken.None)).Hash;
        await blobs.AddAsync(repository, digest, OciDigest.Of(digest));
        Acknowledge($"blob {repository} {digest}");
        return digest;
    }

    private static void Acknowledge(string line) => Console.WriteLine(line);

    private sealed class DaysLater : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(2);
    }
}
