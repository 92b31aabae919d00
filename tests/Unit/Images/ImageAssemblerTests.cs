using Bistro.Builder.Errors;
using Bistro.Builder.Images;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Images.Oci;
using Bistro.Model.Content;
using Bistro.Model.Elements;

namespace Bistro.Unit.Images;

public sealed class ImageAssemblerTests : IDisposable
{
    private readonly ImageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task An_image_holds_its_layer_elements_with_what_they_need_to_run()
    {
        var libc = await _fixture.ElementAsync("libc.bst", ["/lib/libc.so = 1", "/etc/conf = libc"]);
        var app = await _fixture.ElementAsync("app.bst", ["/bin/app* = 1", "/etc/conf = app"], libc);

        var image = Single(await _fixture.BuildAsync("image.bst", Config("layer: [app.bst]"), app));

        Assert.Single(image.Manifest.Layers);
        Assert.Equal(["/bin/app* = 1", "/etc/conf = app", "/lib/libc.so = 1"], await _fixture.FileSystemAsync(image.Manifest));
    }

    [Fact]
    public async Task A_child_adds_what_differs_from_its_parent_and_takes_away_what_it_lacks()
    {
        var basis = await _fixture.ElementAsync("base.bst", ["/bin/sh* = 1", "/etc/old = 1", "/lib/a = 1"]);
        var app = await _fixture.ElementAsync("app.bst", ["/bin/sh* = 1", "/lib/a = 2", "/app = 1"]);
        var parent = await _fixture.BuildAsync("parent.bst", Config("layer: [base.bst]"), basis);

        var child = Single(await _fixture.BuildAsync("child.bst", Config("parent: {element: parent.bst}", "layer: [app.bst]"), parent, app));

        Assert.Equal(Single(parent).Manifest.Layers[0], child.Manifest.Layers[0]);
        Assert.Equal(2, child.Manifest.Layers.Length);
        Assert.Equal(["/app = 1", "/bin/sh* = 1", "/lib/a = 2"], await _fixture.FileSystemAsync(child.Manifest));
    }

    [Fact]
    public async Task The_parents_layers_are_read_when_its_filesystem_is_not_known()
    {
        var basis = await _fixture.ElementAsync("base.bst", ["/a = 1", "/b = 1"]);
        var docker = await _fixture.BuildAsync("docker.bst", "{mode: docker, images: [{os: linux, architecture: amd64, layer: [base.bst]}]}", basis);
        var app = await _fixture.ElementAsync("app.bst", ["/a = 1", "/c = 1"]);

        var child = Single(await _fixture.BuildAsync("child.bst", Config("parent: {element: docker.bst}", "layer: [app.bst]"), docker, app));

        Assert.Equal([MediaTypes.Layer, MediaTypes.LayerGzip], child.Manifest.Layers.Select(layer => layer.MediaType));
        Assert.Equal(["/a = 1", "/c = 1"], await _fixture.FileSystemAsync(child.Manifest));
    }

    [Fact]
    public async Task An_image_without_a_layer_of_its_own_changes_only_the_config()
    {
        var basis = await _fixture.ElementAsync("base.bst", ["/a = 1"]);
        var parent = await _fixture.BuildAsync("parent.bst", Config("layer: [base.bst]"), basis);

        var child = Single(await _fixture.BuildAsync("child.bst", Config("parent: {element: parent.bst}", "config: {Cmd: [/a]}", "comment: Only words"), parent));

        Assert.Equal(Single(parent).Manifest.Layers, child.Manifest.Layers);
        Assert.Equal([null, true], child.Config.History!.Value.Select(step => step.EmptyLayer));
        Assert.Equal("Only words", child.Config.History.Value[1].Comment);
        Assert.Equal(Single(parent).FileSystem, child.FileSystem);
    }

    [Fact]
    public async Task A_child_that_equals_its_parent_has_no_layer_of_its_own()
    {
        var basis = await _fixture.ElementAsync("base.bst", ["/a = 1"]);
        var parent = await _fixture.BuildAsync("parent.bst", Config("layer: [base.bst]"), basis);

        var child = Single(await _fixture.BuildAsync("child.bst", Config("parent: {element: parent.bst}", "layer: [base.bst]"), parent, basis));

        Assert.Single(child.Manifest.Layers);
        Assert.True(child.Config.History!.Value[^1].EmptyLayer);
    }

    [Fact]
    public async Task An_image_of_nothing_has_one_empty_layer()
    {
        var image = Single(await _fixture.BuildAsync("image.bst", Config("config: {User: '1'}")));

        Assert.Single(image.Manifest.Layers);
        Assert.Empty(await _fixture.FileSystemAsync(image.Manifest));
        Assert.Null(Assert.Single(image.Config.History!.Value).EmptyLayer);
    }

    [Fact]
    public async Task A_child_inherits_its_parents_config()
    {
        var basis = await _fixture.ElementAsync("base.bst", ["/a = 1"]);
        var parent = await _fixture.BuildAsync("parent.bst", Config("""
            layer: [base.bst]
            config: {Env: [PATH=/bin, A=1], Entrypoint: [/a], Cmd: [x], ExposedPorts: [80/tcp], Labels: {a: '1', b: '1'}, WorkingDir: /w, User: '5'}
            """), basis);

        var child = Single(await _fixture.BuildAsync("child.bst", Config("""
            parent: {element: parent.bst}
            config: {Env: [B=2, A=2], Entrypoint: [/b], ExposedPorts: [443/tcp], Labels: {b: '2'}, User: '6'}
            """), parent)).Config.Config!;

        Assert.Equal(["PATH=/bin", "A=2", "B=2"], child.Env!.Value);
        Assert.Equal(["/b"], child.Entrypoint!.Value);
        Assert.Null(child.Cmd);
        Assert.Equal(["443/tcp", "80/tcp"], child.ExposedPorts!);
        Assert.Equal([KeyValuePair.Create("a", "1"), KeyValuePair.Create("b", "2")], child.Labels!);
        Assert.Equal(("/w", "6"), (child.WorkingDir, child.User));
    }

    [Fact]
    public async Task A_child_that_changes_only_a_mode_writes_that_files_entry()
    {
        var basis = await _fixture.ElementAsync("base.bst", ["/etc/key = 1", "/etc/other = 1", "/tmp/"], "bistro: {files: [{path: /tmp, mode: '1777'}]}");
        var parent = await _fixture.BuildAsync("parent.bst", Config("layer: [base.bst]"), "bistro: {files: [{path: /etc/key, owner: 7}]}", basis);

        var child = Single(await _fixture.BuildAsync(
            "child.bst", Config("parent: {element: parent.bst}", "layer: [base.bst]"), "bistro: {files: [{path: /etc/key, mode: '0600'}]}", parent, basis));
        var plain = Single(await _fixture.BuildAsync(
            "plain.bst", Config("parent: {element: parent.bst}"), "bistro: {files: [{path: /etc/key, mode: '0600'}]}", parent));

        Assert.Equal(["755 0:0 etc/", "644 7:0 etc/key", "644 0:0 etc/other", "1777 0:0 tmp/"], await _fixture.EntriesAsync(Single(parent).Layers[0]));
        Assert.Equal(["755 0:0 etc/", "600 7:0 etc/key"], await _fixture.EntriesAsync(child.Layers[1]));
        Assert.Equal(child.Layers[1], plain.Layers[1]);
        Assert.Equal(child.FileSystem, plain.FileSystem);
    }

    [Fact]
    public async Task A_child_keeps_the_attributes_of_what_it_replaces()
    {
        var basis = await _fixture.ElementAsync("base.bst", ["/key = 1", "/tmp/"]);
        var parent = await _fixture.BuildAsync(
            "parent.bst", Config("layer: [base.bst]"), "bistro: {files: [{path: /key, mode: '0600'}, {path: /tmp, mode: '1777'}]}", basis);
        var app = await _fixture.ElementAsync("app.bst", ["/key = 2", "/tmp/x = 1"]);

        var child = Single(await _fixture.BuildAsync("child.bst", Config("parent: {element: parent.bst}", "layer: [app.bst]"), parent, app));

        Assert.Equal(["600 0:0 key", "1777 0:0 tmp/", "644 0:0 tmp/x"], await _fixture.EntriesAsync(child.Layers[1]));
    }

    [Fact]
    public async Task A_child_keeps_the_attributes_that_only_its_parents_layers_have()
    {
        var basis = await _fixture.ElementAsync("base.bst", ["/key = 1", "/same = 1", "/tmp/"]);
        var parent = await _fixture.BuildAsync("parent.bst", "mode: docker\n" + Config("layer: [base.bst]"), """
            bistro: {files: [{path: /key, mode: '0600', owner: 7}, {path: /same, capabilities: cap_net_raw+ep}, {path: /tmp, mode: '1777'}]}
            """, basis);
        Assert.Null(Single(parent).FileSystem);
        var app = await _fixture.ElementAsync("app.bst", ["/key = 2", "/same = 1", "/tmp/x = 1"]);

        var child = Single(await _fixture.BuildAsync(
            "child.bst", "gzip: true\n" + Config("parent: {element: parent.bst}", "layer: [app.bst]"), parent, app));

        Assert.Equal(["600 7:0 key", "1777 0:0 tmp/", "644 0:0 tmp/x"], await _fixture.EntriesAsync(child.Layers[1]));
    }

    [Fact]
    public async Task A_table_of_the_configuration_keeps_the_attributes_of_an_images_layers()
    {
        var basis = await _fixture.ElementAsync("base.bst", ["/key = 1", "/other = 1"]);
        var image = await _fixture.BuildAsync(
            "image.bst", "mode: docker\n" + Config("layer: [base.bst]"), "bistro: {files: [{path: /key, mode: '4755'}]}", basis);

        var layout = await new AmendedImages(_fixture.Trees).WriteAsync(
            new ImageSource(image, ImageFixture.Rules("[{path: /key, owner: 7}]")), _fixture.ArtifactOf(image), annotations: null, ImageFixture.Token);

        Assert.Equal(["4755 7:0 key"], await _fixture.EntriesAsync(Assert.Single(ArtifactImage.ReadAll(_fixture.Trees, layout)).Layers[1]));
    }

    [Fact]
    public async Task A_rule_must_match_in_one_of_the_images()
    {
        var one = await _fixture.ElementAsync("one.bst", ["/one = 1"], "bistro: {files: [{path: /one, mode: '0600'}]}");
        var two = await _fixture.ElementAsync("two.bst", ["/two = 1"]);
        const string Both = "images: [{os: linux, architecture: amd64, layer: [one.bst]}, {os: linux, architecture: arm64, layer: [two.bst]}]";

        await _fixture.BuildAsync("both.bst", Both, "bistro: {files: [{path: /two, mode: '0640'}]}", one, two);

        var failure = await Assert.ThrowsAsync<BuildException>(() =>
            _fixture.BuildAsync("wrong.bst", Both, "bistro: {files: [{path: /three, mode: '0640'}]}", one, two));
        Assert.StartsWith("elements/test.bst:1:25: '/three' matches nothing in the image", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_says_of_itself_what_is_written()
    {
        var image = Single(await _fixture.BuildAsync("image.bst", """
            annotations: {of: index}
            images:
            - {os: linux, architecture: arm64, variant: v8, author: A <a@example.org>, comment: Words, annotations: {b: '1', a: '2'}}
            """));

        Assert.Equal(("linux", "arm64", "v8"), (image.Config.Os, image.Config.Architecture, image.Config.Variant));
        Assert.Equal(("A <a@example.org>", "2011-11-11T11:11:11Z"), (image.Config.Author, image.Config.Created));
        Assert.Equal(["a", "b"], image.Manifest.Annotations!.Keys);
        var step = Assert.Single(image.Config.History!.Value);
        Assert.Equal(("A <a@example.org>", "Words", "test:image.bst"), (step.Author, step.Comment, step.CreatedBy));
    }

    [Fact]
    public async Task Several_images_are_listed_with_their_platforms()
    {
        var element = await _fixture.BuildAsync("image.bst", """
            annotations: {of: index}
            images:
            - {os: linux, architecture: amd64}
            - {os: linux, architecture: arm64, variant: v8}
            """);

        var layout = ImageLayout.TryOpen(_fixture.Trees, _fixture.ArtifactOf(element))!;

        var only = Assert.Single(layout.Index.Manifests);
        var index = _fixture.Read(only.Digest, OciJson.Default.ImageIndex);
        Assert.Equal(["linux/amd64", "linux/arm64/v8"], index.Manifests.Select(manifest => manifest.Platform!.ToString()));
        Assert.Equal(["amd64", "arm64"], ArtifactImage.ReadAll(_fixture.Trees, _fixture.ArtifactOf(element)).Select(image => image.Config.Architecture));
        Assert.Equal("index", index.Annotations!["of"]);
        Assert.Equal(["localhost/test/image:latest", "localhost/test/image:latest"], only.Annotations!.Values);
        Assert.Equal((MediaTypes.ImageIndex, only.Digest), (layout.ToImageSet().Top.MediaType, layout.ToImageSet().Top.Digest));
    }

    [Fact]
    public async Task Images_of_one_platform_are_listed_by_name()
    {
        var element = await _fixture.BuildAsync(
            "image.bst", "images: [{os: linux, architecture: amd64, comment: a}, {os: linux, architecture: amd64, comment: b}]");

        var layout = ImageLayout.TryOpen(_fixture.Trees, _fixture.ArtifactOf(element))!;

        Assert.Equal(
            ["localhost/test/image:latest", "localhost/test/image:1"],
            layout.Index.Manifests.Select(manifest => manifest.Annotations!["org.opencontainers.image.ref.name"]));
        Assert.Equal(layout.Content.Hash, layout.ToImageSet().Top.Digest);
    }

    [Fact]
    public async Task One_image_is_served_as_its_manifest_with_everything_below()
    {
        var app = await _fixture.ElementAsync("app.bst", ["/a = 1"]);
        var element = await _fixture.BuildAsync("image.bst", Config("layer: [app.bst]"), app);

        var set = ImageLayout.TryOpen(_fixture.Trees, _fixture.ArtifactOf(element))!.ToImageSet();

        Assert.Equal([MediaTypes.Manifest, MediaTypes.Config, MediaTypes.LayerGzip], set.Blobs.Select(blob => blob.MediaType));
        Assert.Equal(set.Top, set.Blobs[0]);
        Assert.All(set.Blobs, blob => Assert.Equal(blob.Size, _fixture.Trees.Content.Find(blob.Digest)));
    }

    [Fact]
    public async Task The_artifact_is_the_same_in_every_store()
    {
        using var other = new ImageFixture();

        Assert.Equal(await BuildAsync(_fixture), await BuildAsync(other));

        static async Task<Digest> BuildAsync(ImageFixture fixture)
        {
            var app = await fixture.ElementAsync("app.bst", ["/a = 1", "/b* = 2", "/c -> a"]);
            return fixture.ArtifactOf(await fixture.BuildAsync("image.bst", Config("layer: [app.bst]"), app));
        }
    }

    [Fact]
    public async Task Docker_mode_makes_what_docker_load_reads()
    {
        var app = await _fixture.ElementAsync("app.bst", ["/a = 1"]);

        var element = await _fixture.BuildAsync("image.bst", """
            mode: docker
            images: [{os: linux, architecture: amd64, layer: [app.bst], tags: ['app:1', 'host:5000/app'], config: {Memory: 2048, Healthcheck: {Test: [CMD, /a], Interval: 5}}}]
            """, app);

        var image = Assert.Single(ArtifactImage.ReadAll(_fixture.Trees, _fixture.ArtifactOf(element)));
        var layer = Assert.Single(image.Manifest.Layers).Digest.Hex;
        var files = _fixture.Text(_fixture.ArtifactOf(element));
        Assert.Contains(files, file => file.StartsWith($"/{layer}/layer.tar = a", StringComparison.Ordinal));
        Assert.Contains($"/{layer}/VERSION = 1.0", files);
        Assert.Contains($$$"""/{{{layer}}}/json = {"id":"{{{layer}}}","os":"linux"}""", files);
        Assert.Contains($$$"""/manifest.json = [{"Config":"{{{image.Manifest.Config.Digest.Hex}}}.json","RepoTags":["app:1","host:5000/app:latest"],"Layers":["{{{layer}}}/layer.tar"]}]""", files);
        Assert.Contains($$$"""/repositories = {"app":{"1":"{{{layer}}}"},"host:5000/app":{"latest":"{{{layer}}}"}}""", files);
        Assert.Equal((2048, 5), (image.Config.Config!.Memory, image.Config.Config.Healthcheck!.Interval));
    }

    [Fact]
    public async Task A_layer_that_is_no_build_dependency_is_named() =>
        Assert.Contains("'gone.bst'", await FailureAsync("layer: [gone.bst]"), StringComparison.Ordinal);

    [Fact]
    public async Task A_parent_without_images_is_an_error() =>
        Assert.Contains("The parent 'plain.bst' is not an image", await FailureAsync("parent: {element: plain.bst}"), StringComparison.Ordinal);

    [Fact]
    public async Task A_parent_image_that_is_not_there_is_an_error()
    {
        var parent = await _fixture.BuildAsync("parent.bst", Config());

        Assert.Contains("has 1 images", await FailureAsync("parent: {element: parent.bst, image: 3}", parent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layer_elements_that_do_not_fit_together_name_the_path()
    {
        var link = await _fixture.ElementAsync("link.bst", ["/lib -> usr/lib"]);
        var directory = await _fixture.ElementAsync("directory.bst", ["/lib/x = 1"]);

        Assert.Contains("/lib", await FailureAsync("layer: [link.bst, directory.bst]", link, directory), StringComparison.Ordinal);
    }

    private async Task<string> FailureAsync(string image, params Element[] dependencies)
    {
        var plain = await _fixture.ElementAsync("plain.bst", ["/a = 1"]);
        var failure = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("image.bst", Config(image), [plain, .. dependencies]));
        Assert.Equal(("image.bst", "assemble"), (failure.Element, failure.Phase));
        return failure.Message;
    }

    private ArtifactImage Single(Element element) => Assert.Single(ArtifactImage.ReadAll(_fixture.Trees, _fixture.ArtifactOf(element)));

    /// <summary>A configuration with one image, which has these members.</summary>
    private static string Config(params string[] members) => $$"""
        images:
        - os: linux
          architecture: amd64
        {{string.Join('\n', members.SelectMany(member => member.Split('\n')).Select(line => $"  {line}"))}}
        """;
}
