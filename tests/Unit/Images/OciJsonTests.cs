using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Bistro.Builder.Images.Oci;
using Bistro.Model.Content;

namespace Bistro.Unit.Images;

public sealed class OciJsonTests
{
    private static readonly Digest Empty = Digest.Of([]);

    [Fact]
    public void A_manifest_is_written_in_the_specifications_order_without_what_is_absent()
    {
        var manifest = new Manifest
        {
            MediaType = MediaTypes.Manifest,
            Config = Descriptor.Of(MediaTypes.Config, new SizedDigest(Empty, 0)),
            Layers = [],
            Annotations = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [Pair("b", "ü+<>"), Pair("B", "2"), Pair("a", "1")]),
        };

        Assert.Equal(
            $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.Manifest}}}","config":{"mediaType":"{{{MediaTypes.Config}}}","digest":"{{{Empty}}}","size":0},"layers":[],"annotations":{"B":"2","a":"1","b":"ü+<>"}}""",
            Text(OciJson.Serialize(manifest, OciJson.Default.Manifest)));
    }

    [Fact]
    public void Ports_and_volumes_are_sets_that_are_written_as_mappings()
    {
        var config = Read("""{"architecture":"amd64","os":"linux","config":{"ExposedPorts":{"80/tcp":{},"443/tcp":{"x":[1]}}},"rootfs":{"type":"layers","diff_ids":[]}}""");

        Assert.Equal(["443/tcp", "80/tcp"], config.Config!.ExposedPorts!);
        Assert.Contains("""{"ExposedPorts":{"443/tcp":{},"80/tcp":{}}}""", Text(OciJson.Serialize(config, OciJson.Default.ImageConfig)), StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_members_of_the_config_are_kept()
    {
        const string written = """{"architecture":"amd64","os":"linux","config":{"User":"1","OnBuild":["RUN x"],"ArgsEscaped":true},"rootfs":{"type":"layers","diff_ids":[]}}""";

        Assert.Equal(written, Text(OciJson.Serialize(Read(written), OciJson.Default.ImageConfig)));
    }

    [Fact]
    public void Times_keep_the_form_they_came_in()
    {
        const string written = """{"created":"2024-01-02T03:04:05.123456789Z","architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}""";

        Assert.Equal(written, Text(OciJson.Serialize(Read(written), OciJson.Default.ImageConfig)));
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":null,"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a","digest":"sha256:zz","size":1},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a","size":1},"layers":[]}""")]
    [InlineData("[]")]
    public void A_manifest_that_lacks_what_it_must_have_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, OciJson.Default.Manifest));

    private static ImageConfig Read(string json) => JsonSerializer.Deserialize(json, OciJson.Default.ImageConfig)!;

    private static KeyValuePair<string, string> Pair(string key, string value) => new(key, value);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
