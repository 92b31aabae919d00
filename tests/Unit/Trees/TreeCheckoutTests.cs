using Bistro.Builder.Content;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Unit.Trees;

public sealed class TreeCheckoutTests : IDisposable
{
    private readonly TreeFixture _fixture = new();

    [Fact]
    public async Task Files_have_fixed_modes_and_times()
    {
        var directory = await Checkout("/bin/tool* = x", "/etc/conf = y", "/link -> nowhere");
        Assert.Equal(0x1ED, (int)File.GetUnixFileMode($"{directory}/bin/tool"));
        Assert.Equal(0x1A4, (int)File.GetUnixFileMode($"{directory}/etc/conf"));
        Assert.Equal(0x1ED, (int)File.GetUnixFileMode($"{directory}/etc"));
        Assert.Equal("nowhere", new FileInfo($"{directory}/link").LinkTarget);
        Assert.All(
            new[] { "bin", "bin/tool", "etc/conf", "link", "" },
            name => Assert.Equal(DateTime.UnixEpoch.AddSeconds(TreeCheckout.FileTime), File.GetLastWriteTimeUtc($"{directory}/{name}")));
    }

    [Fact]
    public async Task What_is_written_to_a_staged_file_reaches_neither_the_store_nor_an_equal_file()
    {
        var directory = await Checkout("/one = same", "/two = same");
        await File.WriteAllTextAsync($"{directory}/one", "changed", TreeFixture.Token);
        Assert.Equal("same", await File.ReadAllTextAsync($"{directory}/two", TreeFixture.Token));
        Assert.Equal("same"u8, _fixture.Trees.Content.ReadAll(Digest.Of("same"u8)));
    }

    [Fact]
    public async Task A_file_that_is_there_already_is_not_written_over()
    {
        var tree = await _fixture.Tree("/file = new");
        var directory = _fixture.NewDirectory();
        await File.WriteAllTextAsync($"{directory}/file", "old", TreeFixture.Token);
        await Assert.ThrowsAnyAsync<IOException>(() => _fixture.Trees.CheckoutAsync(tree, directory, TreeFixture.Token));
        Assert.Equal("old", await File.ReadAllTextAsync($"{directory}/file", TreeFixture.Token));
    }

    [Fact]
    public async Task A_missing_tree_is_named()
    {
        var missing = Digest.Of("nowhere"u8);
        var failure = await Assert.ThrowsAsync<ContentMissingException>(
            () => _fixture.Trees.CheckoutAsync(missing, _fixture.NewDirectory(), TreeFixture.Token));
        Assert.Equal(missing, failure.Digest);
    }

    public void Dispose() => _fixture.Dispose();

    private async Task<string> Checkout(params string[] entries)
    {
        var directory = $"{_fixture.NewDirectory()}/out";
        await _fixture.Trees.CheckoutAsync(await _fixture.Tree(entries), directory, TreeFixture.Token);
        return directory;
    }
}
