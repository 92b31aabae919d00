using System.Text;
using Bistro.Builder.Images.Oci;
using Bistro.Registry.Manifests;

namespace Bistro.Unit.Manifests;

public sealed class ManifestReaderTests
{
    private const string Sha = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string Config = $$$"""{"mediaType":"application/vnd.example.config","digest":"{{{Sha}}}","size":2}""";
    private const string Image = $$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[]}""";

    [Fact]
    public void Image_names_its_config_and_layers()
    {
        var manifest = Read($$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[{"mediaType":"l","digest":"{{{Sha}}}","size":7,"urls":["http://x"]}]}""");
        Assert.Equal([2, 7], manifest.References.Select(reference => reference.Size));
        Assert.True(manifest.References[1].IsForeign);
    }

    [Fact]
    public void Artifact_type_of_an_image_without_one_is_its_config_type() =>
        Assert.Equal("application/vnd.example.config", Read(Image).ArtifactType);

    [Fact]
    public void Index_without_artifact_type_has_none()
    {
        var index = Read($$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.ImageIndex}}}","manifests":[]}""", MediaTypes.ImageIndex);
        Assert.True(index.IsIndex);
        Assert.Null(index.ArtifactType);
    }

    [Fact]
    public void Index_entry_has_its_platform()
    {
        var index = Read($$$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{{MediaTypes.Manifest}}}","digest":"{{{Sha}}}","size":1,"platform":{"os":"linux","architecture":"arm64"}}]}""", null);
        Assert.Equal("linux/arm64", Assert.Single(index.References).Platform);
    }

    [Fact]
    public void Annotations_are_kept_as_written() =>
        Assert.Equal("""{ "a" : "\u0062" }""", Read(Image.Replace("\"layers\"", """ "annotations":{ "a" : "\u0062" },"layers" """, StringComparison.Ordinal)).Annotations);

    [Fact]
    public void Missing_layers_may_be_null() => Assert.Single(Read(Image.Replace("[]", "null", StringComparison.Ordinal)).References);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"schemaVersion":1}""")]
    [InlineData("""{"schemaVersion":2}""")]
    [InlineData("""{"schemaVersion":2e99,"config":null}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":{}}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[1]}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[],"manifests":[]}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{{{Config}}},"config":{{{Config}}},"layers":[]}""")]
    [InlineData($$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.ImageIndex}}}","manifests":[],"layers":[]}""")]
    [InlineData($$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.ImageIndex}}}","config":{{{Config}}},"layers":[]}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{"digest":"sha256:x","size":1},"layers":[]}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{"digest":"{{{Sha}}}","size":-1},"layers":[]}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{"digest":"{{{Sha}}}","size":1.5},"layers":[]}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{"digest":"{{{Sha}}}"},"layers":[]}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[],"annotations":{"a":1}}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[],"artifactType":"\ud800"}""")]
    [InlineData($$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[]} x""")]
    public void Broken_manifest_is_refused_with_a_reason(string json)
    {
        Assert.Null(ManifestReader.Read(Encoding.UTF8.GetBytes(json), MediaTypes.Manifest, out var message));
        Assert.NotEmpty(message);
    }

    [Fact]
    public void Ten_thousand_levels_are_too_many()
    {
        var deep = $$$"""{"schemaVersion":2,"x":{{{new string('[', 10_000)}}}{{{new string(']', 10_000)}}}}""";
        Assert.Null(ManifestReader.Read(Encoding.UTF8.GetBytes(deep), MediaTypes.Manifest, out _));
    }

    [Fact]
    public void Content_type_that_contradicts_the_manifest_is_named()
    {
        var json = $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.Manifest}}}","config":{{{Config}}},"layers":[]}""";
        Assert.Null(ManifestReader.Read(Encoding.UTF8.GetBytes(json), MediaTypes.DockerManifest, out var message));
        Assert.Contains(MediaTypes.DockerManifest, message, StringComparison.Ordinal);
    }

    private static ManifestContent Read(string json, string? contentType = MediaTypes.Manifest)
    {
        var content = ManifestReader.Read(Encoding.UTF8.GetBytes(json), contentType, out var message);
        Assert.True(content is not null, message);
        return content;
    }
}
