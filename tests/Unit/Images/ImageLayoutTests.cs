using System.Text;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Images.Oci;
using Bistro.Model.Content;

namespace Bistro.Unit.Images;

/// <summary>Layouts that others made, well or badly.</summary>
public sealed class ImageLayoutTests : IDisposable
{
    private const string Marker = """{"imageLayoutVersion":"1.0.0"}""";

    private readonly ImageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_layout_without_media_types_inside_is_read_by_its_descriptors()
    {
        var layout = new LayoutDraft();
        var manifest = layout.AddManifest(layout.Add("layer"));
        layout.Index = $$"""{"schemaVersion": 2, "manifests": [{{LayoutDraft.Describe(MediaTypes.Manifest, manifest)}}]}""";

        var set = (await OpenAsync(layout))!.ToImageSet();

        Assert.Equal((MediaTypes.Manifest, Digest.Of(Encoding.UTF8.GetBytes(manifest))), (set.Top.MediaType, set.Top.Digest));
        Assert.Equal(3, set.Blobs.Length);
    }

    [Fact]
    public async Task Several_images_are_served_as_the_index_itself()
    {
        var layout = new LayoutDraft();
        var (one, two) = (layout.AddManifest(layout.Add("1")), layout.AddManifest(layout.Add("2")));
        layout.Index = $$"""{ "schemaVersion": 2,  "manifests": [{{LayoutDraft.Describe(MediaTypes.Manifest, one)}}, {{LayoutDraft.Describe(MediaTypes.Manifest, two)}}]}""";

        var set = (await OpenAsync(layout))!.ToImageSet();

        Assert.Equal((MediaTypes.ImageIndex, Digest.Of(Encoding.UTF8.GetBytes(layout.Index))), (set.Top.MediaType, set.Top.Digest));
        Assert.Equal(6, set.Blobs.Length); // They share a config.
    }

    [Fact]
    public async Task An_index_below_the_index_is_followed()
    {
        var layout = new LayoutDraft();
        var manifest = layout.AddManifest(layout.Add("layer"));
        var index = layout.Add($$"""{"schemaVersion":2,"manifests":[{{LayoutDraft.Describe(MediaTypes.Manifest, manifest)}}]}""");
        layout.Index = $$"""{"manifests":[{{LayoutDraft.Describe(MediaTypes.ImageIndex, index)}}]}""";

        var set = (await OpenAsync(layout))!.ToImageSet();

        Assert.Equal([MediaTypes.ImageIndex, MediaTypes.Manifest, MediaTypes.Config, MediaTypes.LayerGzip], set.Blobs.Select(blob => blob.MediaType));
    }

    [Fact]
    public async Task What_holds_no_layout_is_none()
    {
        var tree = await _fixture.TreeAsync("/index.json = {}");

        Assert.Null(ImageLayout.TryOpen(_fixture.Trees, tree));
    }

    [Fact]
    public async Task A_missing_blob_is_named()
    {
        var layout = new LayoutDraft();
        layout.Index = $$"""{"manifests":[{{LayoutDraft.Describe(MediaTypes.Manifest, layout.AddManifest("never added"))}}]}""";

        Assert.Contains($"{Digest.Of("never added"u8)} is missing", await FailureAsync(layout), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_of_another_length_than_its_descriptor_says_is_refused()
    {
        var layout = new LayoutDraft();
        var manifest = layout.AddManifest(layout.Add("layer"));
        layout.Index = $$"""{"manifests":[{{LayoutDraft.Describe(MediaTypes.Manifest, manifest).Replace("\"size\":", "\"size\":1", StringComparison.Ordinal)}}]}""";

        Assert.Contains("bytes, not the 1", await FailureAsync(layout), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_under_the_name_of_another_is_refused()
    {
        var layout = new LayoutDraft();
        var manifest = layout.AddManifest(layout.Add("layer"));
        layout.Files[$"blobs/sha256/{Digest.Of("layer"u8).Hex}"] = "other";
        layout.Index = $$"""{"manifests":[{{LayoutDraft.Describe(MediaTypes.Manifest, manifest)}}]}""";

        Assert.Contains("other bytes", await FailureAsync(layout), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256:../../../../etc/passwd")]
    [InlineData("sha512:abc")]
    public async Task A_digest_that_is_none_is_refused(string digest)
    {
        var layout = new LayoutDraft { Index = $$"""{"manifests":[{"mediaType":"{{MediaTypes.Manifest}}","digest":"{{digest}}","size":1}]}""" };

        Assert.Contains("is not a SHA-256 digest", await FailureAsync(layout), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_in_place_of_a_blob_is_refused()
    {
        var layout = new LayoutDraft();
        var manifest = layout.AddManifest(layout.Add("layer"));
        layout.Index = $$"""{"manifests":[{{LayoutDraft.Describe(MediaTypes.Manifest, manifest)}}]}""";
        layout.Files.Remove($"blobs/sha256/{Digest.Of("layer"u8).Hex}");

        Assert.Contains("is not a file", await FailureAsync(layout, $"/blobs/sha256/{Digest.Of("layer"u8).Hex} -> /etc/passwd"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"schemaVersion":2}""")]
    public async Task An_index_that_is_none_is_refused(string index) =>
        Assert.Contains("index.json", await FailureAsync(new LayoutDraft { Index = index }), StringComparison.Ordinal);

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("x/./config.json")]
    public async Task A_docker_archive_that_leads_out_is_refused(string path)
    {
        var tree = await _fixture.TreeAsync($$"""/manifest.json = [{"Config":"{{path}}","Layers":[]}]""");

        var failure = Assert.Throws<InvalidDataException>(() => DockerLayout.TryOpen(_fixture.Trees, tree));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_images_layers_must_be_those_of_its_config()
    {
        var layout = new LayoutDraft();
        var manifest = layout.AddManifest(layout.Add("1"), layout.Add("2"));
        layout.Index = $$"""{"manifests":[{{LayoutDraft.Describe(MediaTypes.Manifest, manifest)}}]}""";
        var opened = (await OpenAsync(layout))!;

        Assert.Throws<InvalidDataException>(() => opened.ReadImage(opened.Index.Manifests[0]));
    }

    private async Task<ImageLayout?> OpenAsync(LayoutDraft layout, params string[] more) => ImageLayout.TryOpen(
        _fixture.Trees,
        await _fixture.TreeAsync([$"/oci-layout = {Marker}", $"/index.json = {layout.Index}", .. layout.Files.Select(file => $"/{file.Key} = {file.Value}"), .. more]));

    private async Task<string> FailureAsync(LayoutDraft layout, params string[] more) =>
        (await Assert.ThrowsAsync<InvalidDataException>(async () => (await OpenAsync(layout, more))!.ToImageSet())).Message;

    private sealed class LayoutDraft
    {
        public Dictionary<string, string> Files { get; } = [];

        public string Index { get; set; } = "";

        public string Add(string content)
        {
            Files[$"blobs/sha256/{Digest.Of(Encoding.UTF8.GetBytes(content)).Hex}"] = content;
            return content;
        }

        /// <summary>A manifest as <c>build-oci</c> writes it, with a config for one layer.</summary>
        public string AddManifest(params string[] layers)
        {
            var config = Add($$$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{{Digest.Of("x"u8)}}}"]}}""");
            return Add($$"""{"schemaVersion":2,"config":{{Describe(MediaTypes.Config, config)}},"layers":[{{string.Join(',', layers.Select(layer => Describe(MediaTypes.LayerGzip, layer)))}}]}""");
        }

        public static string Describe(string mediaType, string content)
        {
            var bytes = Encoding.UTF8.GetBytes(content);
            return $$"""{"mediaType":"{{mediaType}}","digest":"{{Digest.Of(bytes)}}","size":{{bytes.Length}}}""";
        }
    }
}
