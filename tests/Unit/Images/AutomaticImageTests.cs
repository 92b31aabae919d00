using Bistro.Builder.Images.Automatic;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Metadata;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
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
    public async Task Declared_files_get_their_attributes_in_the_layer_of_their_content()
    {
        var sudo = await _fixture.ElementAsync("sudo.bst", ["/usr/bin/sudo* = 1"], "bistro: {files: [{path: /usr/bin/sudo, mode: '4755'}]}");
        var app = await _fixture.ElementAsync(
            "app.bst", ["/etc/app.key = 1", "/tmp/"], "bistro: {files: [{path: /etc/app.key, mode: '0600', owner: 65532, group: 65532}]}", sudo);

        var image = await ImageAsync(app);

        Assert.Equal(2, image.Layers.Length);
        Assert.Equal(["4755 0:0 usr/bin/sudo"], await _fixture.EntriesAsync(image.Layers[0], "usr/bin/sudo"));
        Assert.Equal(["600 65532:65532 etc/app.key", "1777 0:0 tmp/"], await _fixture.EntriesAsync(image.Layers[1], "etc/app.key", "tmp/"));
    }

    [Fact]
    public async Task A_table_of_the_configuration_overrides_the_elements()
    {
        var app = await _fixture.ElementAsync("app.bst", ["/a = 1", "/tmp/"], "bistro: {files: [{path: /a, mode: '0600', owner: 1}]}");

        var image = await ImageAsync(app, "[{path: /a, mode: '0640'}, {path: /tmp, mode: '0755'}]");

        Assert.Equal(["640 1:0 a", "755 0:0 tmp/"], await _fixture.EntriesAsync(image.Layers[0]));
    }

    [Fact]
    public async Task A_rule_that_matches_nothing_fails_the_image()
    {
        var app = await _fixture.ElementAsync("app.bst", ["/a = 1"], "bistro: {files: [{path: /b, mode: '0600'}]}");

        Assert.Contains("'/b' matches nothing", (await Assert.ThrowsAsync<LoadException>(() => ImageAsync(app))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_is_another_one_when_only_a_mode_differs()
    {
        var app = await _fixture.ElementAsync("app.bst", ["/a = 1"]);

        var layers = new[] { await ImageAsync(app), await ImageAsync(app, "[{path: /a, mode: '0600'}]"), await ImageAsync(app, "[{path: /a, mode: '0600'}]") }
            .Select(image => image.Layers[0].DiffId).ToArray();

        Assert.NotEqual(layers[0], layers[1]);
        Assert.Equal(layers[1], layers[2]);
    }

    [Fact]
    public async Task Nothing_is_compressed_twice()
    {
        var libc = await _fixture.ElementAsync("libc.bst", ["/lib/libc.so = 1"]);
        var first = await ImageAsync(await _fixture.ElementAsync("one.bst", ["/one = 1"], libc));
        var cache = new LayerTable(_metadata, _fixture.Trees.Content);
        var entries = _fixture.Trees.Complete(_fixture.ArtifactOf(libc));

        Assert.Equal(first.Layers[0], cache.Find(LayerTable.RecipeOf(_fixture.Trees, entries, LayerCompression.Gzip)));
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

    private async Task<ArtifactImage> ImageAsync(Element element, string files = "[]") =>
        Assert.Single(ArtifactImage.ReadAll(_fixture.Trees, await AssembleAsync(_fixture, _metadata, element, files)));

    private static Task<Digest> AssembleAsync(ImageFixture fixture, MetadataStore metadata, Element element, string files = "[]") =>
        new AutomaticImage(fixture.BuildOf(element), new LayerTable(metadata, fixture.Trees.Content), ImageFixture.Rules(files)).AssembleAsync(ImageFixture.Token);
}
