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
    [InlineData("bytes=1-2,x")]
    [InlineData("bytes=,,")]
    [InlineData("bytes=1-2;4-5")]
    [InlineData("lines=1-2")]
    [InlineData("bytes 1-2")]
    public void Malformed_header_is_ignored(string? header) =>
        Assert.IsType<ByteRange.Whole>(ByteRange.Parse(header, 2048));

    [Fact]
    public void Nothing_of_an_empty_blob_can_be_had() =>
        Assert.IsType<ByteRange.Unsatisfiable>(ByteRange.Parse("bytes=-5", 0));

    [Theory]
    [InlineData("bytes=0-9,1000-1009", "0+10 1000+10")]
    [InlineData("bytes=1000-1009,0-9", "1000+10 0+10")]
    [InlineData("bytes=0-9,18-19,11-12", "0+10 18+2 11+2")]
    [InlineData("bytes= 0-9 ,\t-10", "0+10 2038+10")]
    [InlineData("bytes=,0-9,,2000-,", "0+10 2000+48")]
    [InlineData("bytes=0-9,1000-1009,5000-6000,-0,7-3", "0+10 1000+10")]
    [InlineData("bytes=0-9,500-599,550-699,1500-1500", "0+10 500+200 1500+1")]
    public void Several_ranges_are_joined_where_they_overlap(string header, string runs) =>
        Assert.Equal(runs, string.Join(' ', Assert.IsType<ByteRange.Parts>(ByteRange.Parse(header, 2048)).Runs.Select(run => $"{run.Offset}+{run.Length}")));

    [Theory]
    [InlineData("bytes=0-9,10-19", 0, 20)]
    [InlineData("bytes=0-9,5-19", 0, 20)]
    [InlineData("bytes=0-99,20-29", 0, 100)]
    [InlineData("bytes=0-9,5000-", 0, 10)]
    [InlineData("bytes=5-,-5", 5, 2043)]
    [InlineData("bytes=0-,0-,0-,0-", 0, 2048)]
    public void Ranges_that_touch_become_one(string header, long offset, long length) =>
        Assert.Equal(new ByteRange.Part(offset, length), ByteRange.Parse(header, 2048));

    [Theory]
    [InlineData("bytes=5000-,6000-7000")]
    [InlineData("bytes=-0,9-3")]
    public void Several_ranges_outside_the_blob_are_unsatisfiable(string header) =>
        Assert.IsType<ByteRange.Unsatisfiable>(ByteRange.Parse(header, 2048));

    [Fact]
    public void Number_of_ranges_is_bounded_and_so_is_their_sum()
    {
        var most = string.Join(',', Enumerable.Range(0, ByteRange.MostRanges).Select(i => $"{i * 1000}-{i * 1000}"));
        Assert.Equal(ByteRange.MostRanges, Assert.IsType<ByteRange.Parts>(ByteRange.Parse("bytes=" + most, 2_000_000)).Runs.Count);
        Assert.IsType<ByteRange.Whole>(ByteRange.Parse("bytes=" + most + ",1999999-", 2_000_000));
        // However often the same bytes are asked for, they are sent once.
        Assert.Equal(new ByteRange.Part(0, 2048), ByteRange.Parse("bytes=" + string.Join(',', Enumerable.Repeat("0-", 1000)), 2048));
    }
}
