using Bistro.Registry.Uploads;

namespace Bistro.Unit.Uploads;

public sealed class ChunkRangeTests
{
    [Fact]
    public void Both_ends_are_inclusive()
    {
        Assert.True(ChunkRange.TryParse("10-19", out var range));
        Assert.Equal(new ChunkRange(10, 19), range);
        Assert.Equal(10, range.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("2-1")]
    [InlineData("bytes 0-1")]
    [InlineData("0-1/2")]
    [InlineData("0x0-0x1")]
    [InlineData(" 0-1")]
    [InlineData("0-9223372036854775807")]
    [InlineData("0-99999999999999999999")]
    public void Anything_else_is_no_range(string text) => Assert.False(ChunkRange.TryParse(text, out _));
}
