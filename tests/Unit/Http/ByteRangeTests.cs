using Bistro.Registry.Http;

namespace Bistro.Unit.Http;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData("bytes=500-1499", 500, 1000)]
    [InlineData("bytes=500-", 500, 1548)]
    [InlineData("bytes=-500", 1548, 500)]
    [InlineData("bytes=2000-5000", 2000, 48)]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=-5000", 0, 2048)]
    [InlineData("bytes=0-99999999999999999999999", 0, 2048)]
    [InlineData("BYTES=1-2", 1, 2)]
    public void Range_is_cut_to_the_blob(string header, long offset, long length) =>
        Assert.Equal(new ByteRange.Part(offset, length), ByteRange.Parse(header, 2048));

    [Theory]
    [InlineData("bytes=500-0")]
    [InlineData("bytes=5000-10000")]
    [InlineData("bytes=2048-")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=99999999999999999999999-")]
    public void Range_outside_the_blob_is_unsatisfiable(string header) =>
        Assert.IsType<ByteRange.Unsatisfiable>(ByteRange.Parse(header, 2048));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=x-y")]
    [InlineData("bytes=1-y")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1-2,4-5")]
    [InlineData("lines=1-2")]
    [InlineData("bytes 1-2")]
    public void Header_that_is_no_single_range_is_ignored(string? header) =>
        Assert.IsType<ByteRange.Whole>(ByteRange.Parse(header, 2048));

    [Fact]
    public void Nothing_of_an_empty_blob_can_be_had() =>
        Assert.IsType<ByteRange.Unsatisfiable>(ByteRange.Parse("bytes=-5", 0));
}
