using Bistro.Builder.Images.Automatic;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Metadata;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using CsCheck;

namespace Bistro.Unit.Images;

public sealed class AutomaticImageTests : IAsyncDisposable
{
    private readonly ImageFixture _fixture = new();
    private readonly MetadataStore _metadata;

    public AutomaticImageTests() => _metadata = _fixture.OpenMetadata();

    public async ValueTask DisposeAsync()
    {
        await _metadata.DisposeAsync();
        _fixture.Dispose();
    }

    [Fact]
    public async Task The_image_holds_the_element_with_what_it_needs_to_run()
    {
        var libc = await _fixture.ElementAsync("libc.bst", ["/lib/libc.so = 1", "/etc/conf = libc"]);
        var app = await _fixture.ElementAsync("app.bst", ["/bin/app* = 1", "/etc/conf = app"], libc);

        var image = await ImageAsync(app);

        Assert.Equal(["/bin/app* = 1", "/etc/conf = app", "/lib/libc.so = 1"], await _fixture.FileSystemAsync(image.Manifest));
        Assert.Equal(["test:libc.bst", "test:app.bst"], image.Config.History!.Value.Select(step => step.CreatedBy));
    }

    [Fact]
    public async Task Two_images_share_the_layers_of_what_both_need()
    {
        var libc = await _fixture.ElementAsync("libc.bst", ["/lib/libc.so = 1"]);
        var tool = await _fixture.ElementAsync("tool.bst", ["/bin/tool* = 1", "/lib/libtool.so = 1"], libc);

        var one = await ImageAsync(await _fixture.ElementAsync("one.bst", ["/bin/one* = 1"], tool));
        var two = await ImageAsync(await _fixture.ElementAsync("two.bst", ["/bin/two* = 1", "/lib/libtwo.so = 1"], libc, tool));

        Assert.Equal(one.Layers[..2], two.Layers[..2]);
    }

    [Fact]
    public async Task The_config_comes_from_public_data()
    {
        var app = await _fixture.ElementAsync("app.bst", ["/app* = 1"], "oci: {config: {Entrypoint: [/app], Env: [A=1], Labels: {a: b}}}");

        var image = await ImageAsync(app);

        Assert.Equal(["/app"], image.Config.Config!.Entrypoint!.Value);
        Assert.Equal(["A=1"], image.Config.Config.Env!.Value);
        Assert.Equal(["a", "org.opencontainers.image.title"], image.Config.Config.Labels!.Keys);
        Assert.Equal("test/app", image.Manifest.Annotations!["org.opencontainers.image.title"]);
        Assert.Equal(("linux", "amd64", "2011-11-11T11:11:11Z"), (image.Config.Os, image.Config.Architecture, image.Config.Created));
    }

    [Fact]
    public async Task An_element_without_files_still_gives_an_image()
    {
        var image = await ImageAsync(await _fixture.ElementAsync("stack.bst", []));

        Assert.Single(image.Manifest.Layers);
    }

    [Fact]
    public async Task Nothing_is_compressed_twice()
    {
        var libc = await _fixture.ElementAsync("libc.bst", ["/lib/libc.so = 1"]);
        var first = await ImageAsync(await _fixture.ElementAsync("one.bst", ["/one = 1"], libc));
        var cache = new LayerCache(_metadata, _fixture.Trees.Content);
        var entries = _fixture.Trees.Complete(_fixture.ArtifactOf(libc));

        Assert.Equal(first.Layers[0], cache.Find(LayerCache.RecipeOf(_fixture.Trees, entries, LayerCompression.Gzip)));
    }

    [Fact]
    public async Task The_image_is_the_same_in_every_store()
    {
        using var other = new ImageFixture();
        await using var metadata = other.OpenMetadata();

        Assert.Equal(await BuildAsync(_fixture, _metadata), await BuildAsync(other, metadata));

        static async Task<Digest> BuildAsync(ImageFixture fixture, MetadataStore metadata)
        {
            var libc = await fixture.ElementAsync("libc.bst", ["/lib/libc.so = 1"]);
            return await AssembleAsync(fixture, metadata, await fixture.ElementAsync("app.bst", ["/app = 1"], libc));
        }
    }

    [Fact]
    public async Task However_files_are_divided_the_layers_add_up_to_the_whole()
    {
        await RandomArtifacts.SampleAsync(async artifacts =>
        {
            var trees = new List<Digest>();
            foreach (var entries in artifacts)
                trees.Add(await _fixture.TreeAsync([.. entries.Distinct()]));
            var whole = (await _fixture.Trees.MergeAsync([.. trees.Select(tree => new TreeLayer(tree))], ImageFixture.Token)).Tree;
            var layers = FileOwners.Divide(_fixture.Trees, whole, trees.Select((tree, index) => new LayerSource(tree, index % 3)), 3);

            var root = new LayeredFolder();
            foreach (var (path, node) in layers.Reverse().SelectMany(layer => layer))
            {
                var names = path.Split('/');
                if (node is DirectoryNode)
                    root.Enter(names);
                else
                    root.Enter(names.AsSpan()[..^1]).Put(node!);
            }

            Assert.Equal(whole, root.AddTo(_fixture.Trees.BeginDraft()).Hash);
        }, iter: 20, threads: 1);
    }

    // Directories and files never have the same name, so that all artifacts fit together.
    private static readonly Gen<string[][]> RandomArtifacts = Gen.Select(
        Gen.Int[0, 2].Array[0, 3], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Bool,
        (directories, file, content, isEmpty) =>
            string.Concat(directories.Select(name => $"/d{name}")) + (isEmpty ? $"/e{file}/" : $"/f{file} = {content}")).Array[0, 12].Array[1, 6];

    private async Task<ArtifactImage> ImageAsync(Element element) =>
        Assert.Single(ArtifactImage.ReadAll(_fixture.Trees, await AssembleAsync(_fixture, _metadata, element)));

    private static Task<Digest> AssembleAsync(ImageFixture fixture, MetadataStore metadata, Element element) =>
        new AutomaticImage(fixture.BuildOf(element), new LayerCache(metadata, fixture.Trees.Content)).AssembleAsync(ImageFixture.Token);
}
