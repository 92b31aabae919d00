using Bistro.Model.Content;

namespace Bistro.Unit.Content;

public sealed class DigestTests
{
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void Digest_of_nothing_is_the_known_one() => Assert.Equal("sha256:" + Empty, Digest.Of([]).ToString());

    [Theory]
    [InlineData("sha256:../../../../etc/passwd")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:e3b0")]
    [InlineData("sha512:" + Empty)]
    [InlineData(Empty)]
    [InlineData("sha256:" + Empty + "0")]
    [InlineData("")]
    public void Nonsense_is_not_a_digest(string text) => Assert.False(Digest.TryParse(text, out _));

    [Fact]
    public void Text_is_read_back() => Assert.Equal(Digest.Of([]), Digest.Parse("sha256:" + Empty));
}
