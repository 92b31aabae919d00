using Bistro.Registry.Names;

namespace Bistro.Unit.Names;

public sealed class NameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("a/b/c")]
    [InlineData("a.b")]
    [InlineData("a_b")]
    [InlineData("a__b")]
    [InlineData("a-b")]
    [InlineData("a------b")]
    [InlineData("freedesktop-sdk/components/help2man")]
    public void Repository_names_of_the_specification_are_read(string text) =>
        Assert.Equal(text, RepositoryName.Parse(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("a..b")]
    [InlineData("a___b")]
    [InlineData("a._b")]
    [InlineData("a-")]
    [InlineData("-a")]
    [InlineData("a-/b")]
    [InlineData("a--")]
    [InlineData("A")]
    [InlineData("ä")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("..")]
    public void Other_repository_names_are_refused(string text) => Assert.False(RepositoryName.TryParse(text, out _));

    [Fact]
    public void Repository_name_has_at_most_255_characters()
    {
        Assert.True(RepositoryName.TryParse(new string('a', 255), out _));
        Assert.False(RepositoryName.TryParse(new string('a', 256), out _));
    }

    [Theory]
    [InlineData("latest", true)]
    [InlineData("_x", true)]
    [InlineData("V1.2.3-rc_4", true)]
    [InlineData(".x", false)]
    [InlineData("-x", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    public void Tags_are_those_of_the_specification(string text, bool expected) => Assert.Equal(expected, Reference.IsTag(text));

    [Fact]
    public void Tag_has_at_most_128_characters()
    {
        Assert.True(Reference.IsTag(new string('a', 128)));
        Assert.False(Reference.IsTag(new string('a', 129)));
    }

    [Fact]
    public void Both_registered_algorithms_are_digests()
    {
        Assert.True(OciDigest.TryParse("sha256:" + new string('0', 64), out var sha256));
        Assert.Equal(DigestAlgorithm.Sha256, sha256.Algorithm);
        Assert.True(OciDigest.TryParse("sha512:" + new string('0', 128), out var sha512));
        Assert.Equal(DigestAlgorithm.Sha512, sha512.Algorithm);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("sha512:" + "00")]
    [InlineData("sha384:" + "00")]
    [InlineData("sha256:")]
    [InlineData(":")]
    public void Other_digests_are_refused(string? text) => Assert.False(OciDigest.TryParse(text, out _));
}
