using Bistro.Builder.Images.Oci;
using Bistro.Registry.Http;

namespace Bistro.Unit.Http;

public sealed class AcceptedTests
{
    [Fact]
    public void Client_without_the_header_reads_everything() => Assert.True(new Accepted(default).Includes(MediaTypes.ImageIndex));

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/*")]
    [InlineData("text/html, application/vnd.oci.image.index.v1+json;q=0.5")]
    [InlineData("Application/Vnd.OCI.image.index.v1+json")]
    public void Type_is_found_in_a_line(string line) => Assert.True(new Accepted(line).Includes(MediaTypes.ImageIndex));

    [Fact]
    public void Type_is_found_in_any_of_several_lines() =>
        Assert.True(new Accepted(new[] { MediaTypes.DockerManifest, MediaTypes.Manifest, MediaTypes.ImageIndex }).Includes(MediaTypes.ImageIndex));

    [Theory]
    [InlineData(MediaTypes.Manifest)]
    [InlineData("application/vnd.oci.image.index.v1+json;q=0")]
    [InlineData("*/*, application/vnd.oci.image.index.v1+json; q=0.0")]
    [InlineData("text/*")]
    public void Type_that_is_not_named_is_not_read(string line) => Assert.False(new Accepted(line).Includes(MediaTypes.ImageIndex));
}
