using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Permissions;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Images;

public sealed class FileRuleSetTests : IDisposable
{
    private readonly ImageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_rule_changes_what_it_matches_and_nothing_else()
    {
        var tree = await _fixture.TreeAsync("/tmp/", "/usr/bin/sudo* = 1", "/usr/bin/other* = 1", "/etc/app.key = 1");

        var whole = await ApplyAsync(tree, """
            - {path: /tmp, mode: "1777"}
            - {path: /usr/bin/sudo, mode: "4755", capabilities: cap_net_raw+ep}
            - {path: /etc/app.key, mode: "0600", owner: 65532, group: 7}
            """);

        Assert.Equal("1777", ModeOf(whole, "/tmp"));
        Assert.Equal("4755", ModeOf(whole, "/usr/bin/sudo"));
        Assert.Equal(["security.capability"], Find(whole, "/usr/bin/sudo").Xattrs.Keys);
        Assert.Equal(("600", 65532u, 7u), (ModeOf(whole, "/etc/app.key"), Find(whole, "/etc/app.key").Owner, Find(whole, "/etc/app.key").Group));
        Assert.Equal(
            ["/etc/app.key", "/tmp", "/usr/bin/sudo"],
            _fixture.Trees.Compare(tree, whole).Select(change => change.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_rules_leave_the_tree_as_it_is()
    {
        var tree = await _fixture.TreeAsync("/a = 1");

        Assert.Equal(tree, await CommitAsync(tree, []));
        Assert.Equal(tree, await CommitAsync(tree, [.. ImageRules.Defaults]));
    }

    [Fact]
    public async Task Globs_are_BuildStreams()
    {
        var tree = await _fixture.TreeAsync("/d/a.key = 1", "/d/b.txt = 1", "/d/e/c.key = 1");

        Assert.Equal(["/d/a.key"], await ChangedAsync(tree, "- {path: /d/*.key, mode: '0600'}"));
        Assert.Equal(["/d/a.key", "/d/e/c.key"], await ChangedAsync(tree, "- {path: /d/**.key, mode: '0600'}"));
        Assert.Equal(["/d/a.key", "/d/b.txt"], await ChangedAsync(tree, "- {path: '/d/[ab].*', mode: '0600'}"));
        Assert.Equal(["/d/a.key", "/d/e/c.key"], await ChangedAsync(tree, "- {path: /**.key, mode: '0600'}"));
    }

    [Fact]
    public async Task A_glob_keeps_directories_open_to_those_who_may_read_them()
    {
        var tree = await _fixture.TreeAsync("/s/d/key = 1");

        var whole = await ApplyAsync(tree, "- {path: /s/**, mode: '0640'}\n- {path: /s, mode: '0640'}");

        Assert.Equal(("640", "750", "640"), (ModeOf(whole, "/s/d/key"), ModeOf(whole, "/s/d"), ModeOf(whole, "/s")));
    }

    [Fact]
    public async Task A_link_has_an_owner_but_no_mode()
    {
        var tree = await _fixture.TreeAsync("/d/l -> f", "/d/f = 1");

        var whole = await ApplyAsync(tree, "- {path: /d/*, mode: '0600', owner: 5, capabilities: cap_kill+p}");

        Assert.Equal((null, 5u, 0), (Find(whole, "/d/l").Mode, Find(whole, "/d/l").Owner, Find(whole, "/d/l").Xattrs.Count));
        Assert.Equal("600", ModeOf(whole, "/d/f"));
        Assert.Equal(
            "f:2:10: '/d/l' is a symbolic link to 'f': only 'owner' and 'group' of a link can be set. Declare the file that it points to",
            await MistakeAsync(tree, "- {path: /d/l, mode: '0600'}"));
    }

    [Fact]
    public async Task Only_files_have_capabilities()
    {
        var tree = await _fixture.TreeAsync("/d/e/", "/d/f = 1");

        Assert.Equal(["/d/f"], await ChangedAsync(tree, "- {path: /d/*, capabilities: cap_kill+p}"));
        Assert.Equal(
            "f:2:10: '/d/e' is a directory: only files have capabilities", await MistakeAsync(tree, "- {path: /d/e, capabilities: cap_kill+p}"));
    }

    [Fact]
    public async Task What_matches_nothing_is_an_error_with_its_place()
    {
        var tree = await _fixture.TreeAsync("/usr/bin/sudo = 1", "/bin -> usr/bin", "/d/l -> x");

        Assert.Equal("f:2:10: '/usr/bin/sud' matches nothing in the image", await MistakeAsync(tree, "- {path: /usr/bin/sud, mode: '4755'}"));
        Assert.Equal("f:2:10: '/d/*' matches nothing in the image", await MistakeAsync(tree, "- {path: /d/*, mode: '4755'}"));
        Assert.Equal(
            "f:2:10: '/bin/sudo' matches nothing in the image: '/bin' is a symbolic link to 'usr/bin'. Write the path behind the link",
            await MistakeAsync(tree, "- {path: /bin/sudo, mode: '4755'}"));
    }

    [Fact]
    public async Task Within_a_table_the_last_rule_wins()
    {
        var tree = await _fixture.TreeAsync("/d/a = 1", "/d/b = 1");

        var whole = await ApplyAsync(tree, "- {path: /d/*, mode: '0600', owner: 1}\n- {path: /d/a, mode: '0640'}");

        Assert.Equal(("640", 1u, "600"), (ModeOf(whole, "/d/a"), Find(whole, "/d/a").Owner, ModeOf(whole, "/d/b")));
    }

    [Fact]
    public async Task Two_elements_must_agree_unless_the_image_decides()
    {
        var tree = await _fixture.TreeAsync("/a = 1");
        var one = Rules("- {path: /a, mode: '0600'}", RuleRank.Content, await _fixture.ElementAsync("one.bst", []));
        var two = Rules("- {path: /a, mode: '0640'}\n", RuleRank.Content, await _fixture.ElementAsync("two.bst", []));
        var image = Rules("- {path: /a, mode: '0644'}", RuleRank.Image, await _fixture.ElementAsync("image.bst", []));
        var configuration = Rules("- {path: /a, mode: '0666'}", RuleRank.Configuration, element: null);

        var mistake = Assert.Throws<LoadException>(() => Apply(tree, [.. one, .. two])).Message;
        Assert.Equal("f:2:10: f:2:10 and f:2:10 declare a different mode of '/a'. Decide in the element of the image, whose own table overrides both", mistake);
        Assert.Equal("644", ModeOf(await CommitAsync(tree, [.. one, .. two, .. image]), "/a"));
        Assert.Equal("666", ModeOf(await CommitAsync(tree, [.. configuration, .. one, .. two, .. image]), "/a"));
        Assert.Equal("600", ModeOf(await CommitAsync(tree, [.. one, .. Rules("- {path: /a, mode: '600'}", RuleRank.Content, two[0].Element)]), "/a"));
    }

    [Fact]
    public async Task What_a_child_does_not_declare_is_as_in_its_parent()
    {
        var parent = await ApplyAsync(
            await _fixture.TreeAsync("/tmp/", "/a = 1", "/b = 1", "/tool = 1", "/l -> a"),
            "- {path: /tmp, mode: '1777'}\n- {path: '/[ab]', mode: '0600', owner: 1}\n- {path: /tool, mode: '0640'}\n- {path: /l, owner: 2}");
        var child = await _fixture.TreeAsync("/tmp/new = 1", "/a = 2", "/b/c = 1", "/tool* = 1", "/l -> b");

        var draft = _fixture.Trees.BeginDraft();
        var tree = await draft.CommitAsync(draft.Inherit(parent, child), ImageFixture.Token);

        Assert.Equal(("1777", "600", 1u), (ModeOf(tree, "/tmp"), ModeOf(tree, "/a"), Find(tree, "/a").Owner));
        Assert.Equal((true, true, 2u), (Find(tree, "/b").IsEmpty, Find(tree, "/tool").IsEmpty, Find(tree, "/l").Owner));
    }

    private static string ModeText(int? mode) => mode is { } bits ? Convert.ToString(bits, 8) : "";

    private string ModeOf(Digest tree, string path) => ModeText(Find(tree, path).Mode);

    private EntryAttributes Find(Digest tree, string path) =>
        EntryAttributes.Of(_fixture.Trees.PropertiesOf(_fixture.Trees.Find(tree, path) ?? throw new InvalidOperationException(path)));

    private async Task<string[]> ChangedAsync(Digest tree, string rules) =>
        [.. _fixture.Trees.Compare(tree, await ApplyAsync(tree, rules)).Select(change => change.Path)];

    private async Task<string> MistakeAsync(Digest tree, string rules) =>
        (await Assert.ThrowsAsync<LoadException>(() => ApplyAsync(tree, rules))).Message;

    private async Task<Digest> ApplyAsync(Digest tree, string rules) => await CommitAsync(tree, Rules(rules, RuleRank.Content, await _fixture.ElementAsync("x.bst", [])));

    private async Task<Digest> CommitAsync(Digest tree, DeclaredRule[] rules)
    {
        var (draft, whole) = Apply(tree, rules);
        return await draft.CommitAsync(whole, ImageFixture.Token);
    }

    private (TreeDraft Draft, Digest Tree) Apply(Digest tree, DeclaredRule[] rules)
    {
        var (set, draft) = (new FileRuleSet(_fixture.Trees), _fixture.Trees.BeginDraft());
        var whole = set.Apply(rules, draft, tree);
        set.Check(_ => null, tree);
        return (draft, whole);
    }

    private static DeclaredRule[] Rules(string files, RuleRank rank, Element? element) =>
        [.. FileRuleReader.Read(YamlReader.Read(new SourceFile("f", null), $"files:\n{files}").Sequence("files")).Select(rule => new DeclaredRule(rule, rank, element, false))];
}
