using Bistro.Builder.Images;

namespace Bistro.Unit.Images;

public sealed class ImageKeyTests : IDisposable
{
    private readonly ImageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task An_element_alone_is_known_by_its_cache_key()
    {
        var element = await _fixture.ElementAsync("a.bst", ["/a = 1"]);

        Assert.Equal(element.Keys.Strict, ImageKey.Of(element));
    }

    [Fact]
    public async Task What_an_element_needs_to_run_is_in_the_key_of_its_image()
    {
        var libc = await _fixture.ElementAsync("libc.bst", ["/lib = 1"]);
        var newer = await _fixture.ElementAsync("newer.bst", ["/lib = 2"]);
        var one = await _fixture.ElementAsync("a.bst", ["/a = 1"], libc);
        var two = await _fixture.ElementAsync("a.bst", ["/a = 1"], newer);

        Assert.Equal(one.Keys.Strict, two.Keys.Strict);
        Assert.NotEqual(ImageKey.Of(one), ImageKey.Of(two));
        Assert.Equal(64, ImageKey.Of(one).Length);
    }

    [Fact]
    public async Task An_image_that_is_described_is_known_by_its_cache_key()
    {
        var image = await _fixture.BuildAsync("image.bst", "images: [{os: linux, architecture: amd64}]");

        Assert.Equal(image.Keys.Strict, ImageKey.Of(image));
    }
}
