using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Unit.Trees;

public sealed class TreeMergeTests : IDisposable
{
    private readonly TreeFixture _fixture = new();

    [Fact]
    public async Task Layers_lie_over_one_another_in_their_order()
    {
        var result = await Merge(
            new TreeLayer(await _fixture.Tree("/etc/a = 1", "/etc/b = 1")),
            new TreeLayer(await _fixture.Tree("/etc/b = 2", "/usr/c = 2")));
        Assert.Equal(["/etc/a = 1", "/etc/b = 2", "/usr/c = 2"], _fixture.Text(result.Tree));
        Assert.Equal(["/etc/b: 0, 1"], Overlaps(result));
    }

    [Fact]
    public async Task A_layer_is_laid_at_its_path()
    {
        var result = await Merge(
            new TreeLayer(await _fixture.Tree("/usr/a = 1")),
            new TreeLayer(await _fixture.Tree("/b = 2"), "/usr/share"),
            new TreeLayer(await _fixture.Tree("/d = 3"), "/deep/er/"));
        Assert.Equal(["/deep/er/d = 3", "/usr/a = 1", "/usr/share/b = 2"], _fixture.Text(result.Tree));
    }

    [Fact]
    public async Task Equal_files_overlap_too_even_in_equal_trees()
    {
        var tree = await _fixture.Tree("/usr/a = 1", "/usr/b/c = 2");
        var result = await Merge(new TreeLayer(tree), new TreeLayer(tree), new TreeLayer(await _fixture.Tree("/usr/b/c = 3", "/x = 1")));
        Assert.Equal(["/usr/a: 0, 1", "/usr/b/c: 0, 1, 2"], Overlaps(result).Order(StringComparer.Ordinal));
        Assert.Equal(["/usr/a = 1", "/usr/b/c = 3", "/x = 1"], _fixture.Text(result.Tree));
    }

    [Fact]
    public async Task A_file_or_link_replaces_an_empty_directory()
    {
        var result = await Merge(
            new TreeLayer(await _fixture.Tree("/a/", "/b/")),
            new TreeLayer(await _fixture.Tree("/a = 1", "/b -> a")));
        Assert.Equal(["/a = 1", "/b -> a"], _fixture.Text(result.Tree));
    }

    [Fact]
    public async Task A_file_that_would_replace_a_directory_with_entries_is_left_out_and_reported()
    {
        var result = await Merge(
            new TreeLayer(await _fixture.Tree("/a/b = 1")),
            new TreeLayer(await _fixture.Tree("/a = 2")));
        Assert.Equal(["/a/b = 1"], _fixture.Text(result.Tree));
        Assert.Equal([new UnstagedFile("/a", 1)], result.Unstaged);
    }

    [Theory]
    [InlineData("/lib -> usr/lib", "symbolic link")]
    [InlineData("/lib = text", "file")]
    public async Task A_directory_over_a_file_or_link_is_an_error_that_names_it(string below, string what)
    {
        var layers = new[] { new TreeLayer(await _fixture.Tree(below)), new TreeLayer(await _fixture.Tree("/lib/x = 1")) };
        var failure = await Assert.ThrowsAsync<TreeException>(() => Merge(layers));
        Assert.Contains("/lib", failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_one_layer_has_is_not_read()
    {
        var trees = _fixture.Trees;
        var elsewhere = new DirectoryNode("big", new SizedDigest(Digest.Of("not in the store"u8), 16));
        var draft = trees.BeginDraft();
        var layer = draft.Put(TreeStore.Empty.Hash, "/usr", elsewhere);
        var result = draft.Merge([new TreeLayer(layer), new TreeLayer(await _fixture.Tree("/usr/a = 1"))]);
        await draft.CommitAsync(result.Tree, TreeFixture.Token);
        Assert.Equal(elsewhere, trees.Find(result.Tree, "/usr/big"));
    }

    [Fact]
    public async Task Nothing_over_nothing_is_the_empty_tree()
    {
        Assert.Equal(TreeStore.Empty.Hash, (await Merge()).Tree);
        Assert.Equal(TreeStore.Empty.Hash, (await Merge(new TreeLayer(TreeStore.Empty.Hash))).Tree);
    }

    public void Dispose() => _fixture.Dispose();

    private Task<MergeResult> Merge(params TreeLayer[] layers) => _fixture.Trees.MergeAsync(layers, TreeFixture.Token);

    private static IEnumerable<string> Overlaps(MergeResult result) =>
        result.Overlaps.Select(overlap => $"{overlap.Path}: {string.Join(", ", overlap.Layers)}");
}
