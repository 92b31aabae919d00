using Bistro.Builder.Artifacts;
using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Model.Content;
using Bistro.Unit.Content;

namespace Bistro.Unit.Artifacts;

public sealed class ArtifactTableTests : IAsyncDisposable
{
    private static readonly string Strong = new('a', 64);
    private static readonly string Weak = new('b', 64);

    private readonly StoreFixture _fixture = new();
    private readonly MetadataStore _metadata;

    public ArtifactTableTests() =>
        _metadata = MetadataStore.Open(_fixture.Store.Layout.Metadata, ArtifactTable.Schema, TreeTable.Schema, BuildTable.Schema);

    private ArtifactTable Artifacts => new(_metadata, _fixture.Store, TimeProvider.System);

    // The message that BuildStream 2.8.1 wrote for an imported element.
    private static byte[] BuildStreamArtifact { get; } = Convert.FromBase64String(
        "CAIQARoJc3VjY2VlZGVkKkA0ZWMwNjE1YTAyMzM2NGYzMGY1NDdhZjU3MTE4NDFlODZlMzQ5MzVhMDg0YzRlMzBhMjVmMGQ4NDQ4NmQyODQ0" +
        "MkA0MTg2MGM3OGNiZWNkODQ2MjM0NzU3NTFhZWVlNWFhZTk0Y2FlNDJlZDk5MTYxZGMyMDAzYzJiYTdjMjJjNWNjQkUKQGU2ZWYwYTU3YTUz" +
        "OTgxOWEzMjAzMDMxZTllOWRiNmY1ZDlmODdmN2E2OTY3NWE0Y2MxZGM0N2FkZDdiNmI2ZGQQmANSRQpAYmFhNjA5OTYzZWVmMjBhODA2N2Y3" +
        "NjcyNGZhY2YwOTgyNzgxNTIxMzBmZmQzZmE1NzNmM2ZkZjIwYmM4NjU4YRDPBVprCiI0ZWMwNjE1YS1idWlsZC4yMDI2MTEyMy0wOTA3MzQu" +
        "bG9nEkUKQDBhMDc0MjU3ZjNjMGZiNzQwZTM1MjFjYzQ3MTg1ZTg4Mjc2OTk2MDJlMTdkN2JlYzk4NmVkZjYzZWFmYTVjZTYQlwRyRQpAODM5" +
        "NDYwNDRjM2M3MWE0NjVjYWI2MjAwYWFmOTdjZTc4ZjZhYjQ2YTZmYjU4NDY2Y2Q4MzI5ZWNkNGQ3ODlmNRD/AXpFCkA0OWVmZGNmMjkzN2I0" +
        "ZmVmNGE5OTRkMGM0YmUwMTM0NWZkNzllZDM1OGZlZWE5NmZhM2M4Y2JlZmJhZmQ5OGIxEIsEggFANGVjMDYxNWEwMjMzNjRmMzBmNTQ3YWY1" +
        "NzExODQxZTg2ZTM0OTM1YTA4NGM0ZTMwYTI1ZjBkODQ0ODZkMjg0NA==");

    [Fact]
    public void BuildStreams_artifact_is_understood_and_written_as_it_was()
    {
        var artifact = ArtifactCodec.Decode(BuildStreamArtifact);
        Assert.True(artifact.IsSuccess);
        Assert.Equal("4ec0615a023364f30f547af5711841e86e34935a084c4e30a25f0d84486d2844", artifact.StrongKey);
        Assert.Equal("e6ef0a57a539819a3203031e9e9db6f5d9f87f7a69675a4cc1dc47add7b6b6dd/408", artifact.Files.ToString());
        Assert.Equal("4ec0615a-build.20261123-090734.log", Assert.Single(artifact.Logs).Name);
        Assert.Equal(BuildStreamArtifact, ArtifactCodec.Encode(artifact));
    }

    [Fact]
    public void Every_member_survives_the_message()
    {
        var other = new SizedDigest(Digest.Of("other"u8), 5);
        var artifact = Sample() with
        {
            IsSuccess = false,
            Error = "failed",
            ErrorDetails = "badly",
            WasWorkspaced = true,
            BuildDependencies = [new ArtifactDependency("p", "e.bst", Weak, true)],
            BuildTree = other,
            Sources = other,
            BuildRoot = other,
            Sandbox = new ArtifactSandbox([KeyValuePair.Create("A", "B")], "/build", [other], ["/marked"]),
        };
        var bytes = ArtifactCodec.Encode(artifact);
        Assert.Equal(bytes, ArtifactCodec.Encode(ArtifactCodec.Decode(bytes)));
        Assert.Equal("/marked", ArtifactCodec.Decode(bytes).Sandbox!.MarkedDirectories[0]);
    }

    [Fact]
    public void What_is_no_artifact_is_reported() =>
        Assert.Throws<InvalidDataException>(() => ArtifactCodec.Decode("no artifact"u8));

    [Fact]
    public async Task An_artifact_is_found_by_its_strong_and_its_weak_key()
    {
        await Artifacts.PutAsync("project", "sub/element.bst", Sample(), TimeSpan.FromSeconds(3), StoreFixture.Token);
        Assert.Equal(Strong, Artifacts.Find(ArtifactName.Create("project", "sub/element.bst", Strong))!.StrongKey);
        Assert.Equal(Strong, Artifacts.Find(ArtifactName.Create("project", "sub/element.bst", Weak))!.StrongKey);
        Assert.Null(Artifacts.Find(ArtifactName.Create("other", "sub/element.bst", Strong)));
    }

    [Fact]
    public async Task A_removed_artifact_is_found_no_more()
    {
        await Artifacts.PutAsync("project", "element.bst", Sample(), TimeSpan.Zero, StoreFixture.Token);
        await Artifacts.RemoveAsync(ArtifactName.Create("project", "element.bst", Strong));
        Assert.Null(Artifacts.Find(ArtifactName.Create("project", "element.bst", Strong)));
        Assert.NotNull(Artifacts.Find(ArtifactName.Create("project", "element.bst", Weak)));
    }

    [Theory]
    [InlineData("components/hello.bst", "components-hello")]
    [InlineData("a.b.bst", "a.b")]
    [InlineData("noextension", "noextension")]
    [InlineData("päck++/x.bst", "p_ck__-x")]
    [InlineData(".bst", ".bst")]
    public void An_element_has_BuildStreams_normal_name(string element, string normal) =>
        Assert.Equal(normal, ArtifactName.Create("p", element, Strong).Element);

    [Fact]
    public async Task A_source_tree_is_found_by_its_key_while_the_store_has_it()
    {
        var sources = new TreeTable(_metadata, _fixture.Store, TimeProvider.System);
        var tree = await _fixture.Store.PutAsync("a tree"u8.ToArray(), StoreFixture.Token);
        await sources.PutAsync("key", tree.Hash);
        Assert.Equal(tree.Hash, sources.Find("key"));
        Assert.Null(sources.Find("other"));
        File.Delete(_fixture.Store.Layout.Object(tree.Hash));
        Assert.Null(sources.Find("key"));
    }

    [Fact]
    public async Task Failed_builds_are_recorded_with_their_logs()
    {
        var history = new BuildTable(_metadata);
        var failed = new BuildRecord("p", "e.bst", Strong, DateTimeOffset.UnixEpoch.AddDays(1), TimeSpan.FromSeconds(2), "make failed", Digest.Of("log"u8));
        await history.AddAsync(failed);
        var succeeded = failed with { Error = null, Log = null, Started = failed.Started.AddHours(1) };
        await history.AddAsync(succeeded);
        Assert.Equal(succeeded, history.Find(Strong));
        Assert.Equal([succeeded, failed], history.Latest(10));
    }

    public async ValueTask DisposeAsync()
    {
        await _metadata.DisposeAsync();
        _fixture.Dispose();
    }

    private static Artifact Sample()
    {
        var content = new SizedDigest(Digest.Of("content"u8), 7);
        return new Artifact
        {
            IsSuccess = true,
            StrongKey = Strong,
            StrictKey = Strong,
            WeakKey = Weak,
            Files = content,
            PublicData = content,
            SharedMetadata = content,
            OwnMetadata = content,
        };
    }
}
