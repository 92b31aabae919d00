using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Unit.Trees;

public sealed class TreeEditingTests : IDisposable
{
    private readonly TreeFixture _fixture = new();

    [Fact]
    public async Task An_entry_is_put_at_a_path_and_replaces_what_was_there()
    {
        var tree = await _fixture.Tree("/usr/a = 1", "/usr/b = 1");
        var other = await _fixture.Tree("/x = 2");
        var put = await Draft(draft => draft.Put(tree, "/usr", new DirectoryNode("a", draft.Measure(other))));
        Assert.Equal(["/usr/a/x = 2", "/usr/b = 1"], _fixture.Text(put));
    }

    [Fact]
    public async Task An_entry_is_removed_and_nothing_changes_where_there_is_none()
    {
        var tree = await _fixture.Tree("/usr/a = 1", "/usr/b = 1");
        Assert.Equal(["/usr/b = 1"], _fixture.Text(await Draft(draft => draft.Remove(tree, "/usr/a"))));
        Assert.Equal(tree, await Draft(draft => draft.Remove(tree, "/usr/c")));
        Assert.Equal(tree, await Draft(draft => draft.Remove(tree, "/usr/a/c")));
        Assert.Equal(tree, await Draft(draft => draft.Remove(tree, "/var/c")));
    }

    [Fact]
    public async Task A_filter_keeps_directories_that_are_chosen_or_hold_something_chosen()
    {
        var tree = await _fixture.Tree("/usr/bin/a = 1", "/usr/lib/b = 1", "/var/", "/tmp/");
        var chosen = await Draft(draft => draft.Filter(tree, path => path is "/usr/bin/a" or "/var"));
        Assert.Equal(["/usr/bin/a = 1", "/var/"], _fixture.Text(chosen));
        Assert.Equal(tree, await Draft(draft => draft.Filter(tree, _ => true)));
        Assert.Equal(TreeStore.Empty.Hash, await Draft(draft => draft.Filter(tree, _ => false)));
    }

    [Fact]
    public async Task Differences_are_reported_in_order_and_new_directories_with_their_entries()
    {
        var before = await _fixture.Tree("/a = 1", "/gone/x = 1", "/same/y = 1", "/turns = file", "/usr/b = 1");
        var after = await _fixture.Tree("/a = 2", "/new/z = 1", "/same/y = 1", "/turns/into = directory", "/usr/b = 1", "/usr/c = 1");
        var changes = _fixture.Trees.Compare(before, after).Select(Text);
        Assert.Equal(
            ["~ /a", "- /gone", "+ /new", "+ /new/z", "~ /turns", "+ /turns/into", "+ /usr/c"],
            changes);
        Assert.Empty(_fixture.Trees.Compare(after, after));
    }

    [Fact]
    public async Task Entries_are_found_by_their_path()
    {
        var tree = await _fixture.Tree("/usr/bin/tool* = x", "/bin -> usr/bin");
        Assert.True(((FileNode)_fixture.Trees.Find(tree, "/usr/bin/tool")!).IsExecutable);
        Assert.Equal("usr/bin", ((LinkNode)_fixture.Trees.Find(tree, "bin")!).Target);
        Assert.Null(_fixture.Trees.Find(tree, "/bin/tool"));
        Assert.Null(_fixture.Trees.Find(tree, "/usr/none"));
        Assert.Equal(tree, _fixture.Trees.Subtree(tree, "/"));
        Assert.Equal(["/tool* = x"], _fixture.Text(_fixture.Trees.Subtree(tree, "/usr/bin")!.Value));
    }

    [Fact]
    public async Task What_was_only_a_step_on_the_way_is_not_stored()
    {
        var file = new FileNode("f", new SizedDigest(Digest.Of("x"u8), 1), IsExecutable: false);
        var draft = _fixture.Trees.BeginDraft();
        var step = draft.Put(TreeStore.Empty.Hash, "/a", file);
        var result = await draft.CommitAsync(draft.Remove(step, "/a/f"), TreeFixture.Token);
        Assert.NotNull(_fixture.Trees.Content.Find(result));
        Assert.Null(_fixture.Trees.Content.Find(step));
    }

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("..")]
    public void A_path_that_leads_upwards_is_refused(string path) =>
        Assert.Throws<ArgumentException>(() => TreePath.Split(path));

    [Fact]
    public void Names_are_ordered_as_their_UTF_8_bytes_are()
    {
        string[] names = ["a", "a-", "aa", "b", "\uE000", "\uFFFD", "\U00010000", "\U0001F600", ""];
        var expected = names.OrderBy(name => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal);
        Assert.Equal(expected, names.Order(Comparer<string>.Create(NodeNames.Compare)));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public void A_directory_with_a_name_that_leads_elsewhere_is_not_read(string name)
    {
        var evil = TreeCodec.Encode(TreeDirectory.Create([new LinkNode(name, "x")]));
        Assert.Throws<InvalidDataException>(() => TreeCodec.Decode(evil));
    }

    public void Dispose() => _fixture.Dispose();

    private async Task<Digest> Draft(Func<TreeDraft, Digest> change)
    {
        var draft = _fixture.Trees.BeginDraft();
        return await draft.CommitAsync(change(draft), TreeFixture.Token);
    }

    private static string Text(TreeChange change) =>
        $"{(change.Before is null ? '+' : change.After is null ? '-' : '~')} {change.Path}";
}
