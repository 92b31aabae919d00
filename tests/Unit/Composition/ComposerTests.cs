using Bistro.Model.Composition;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;
using Bistro.Unit.Yaml;

namespace Bistro.Unit.Composition;

public sealed class ComposerTests
{
    [Theory]
    [InlineData("{a: 1, b: 2}", "{b: 3, c: 4}", "{a: 1, b: 3, c: 4}")]
    [InlineData("{a: {b: 1, c: 2}}", "{a: {c: 3, d: 4}}", "{a: {b: 1, c: 3, d: 4}}")]
    [InlineData("{a: 1}", "{b: {c: 2}}", "{a: 1, b: {c: 2}}")]
    [InlineData("{a: [1, 2]}", "{a: [3]}", "{a: [3]}")]
    [InlineData("{a: [1, 2]}", "{a: {(>): [3]}}", "{a: [1, 2, 3]}")]
    [InlineData("{a: [1, 2]}", "{a: {(<): [3, 4]}}", "{a: [3, 4, 1, 2]}")]
    [InlineData("{a: [1, 2]}", "{a: {(=): [3]}}", "{a: [3]}")]
    [InlineData("{a: [1]}", "{a: {(=): [2], (>): [3], (<): [4]}}", "{a: [4, 2, 3]}")]
    [InlineData("{a: {(>): [1]}}", "{a: [2]}", "{a: [2]}")]
    [InlineData("{a: {(>): [1]}}", "{a: {(>): [2], (<): [3]}}", "{a: {(>): [1, 2], (<): [3]}}")]
    [InlineData("{a: {(<): [1], (>): [2]}}", "{a: {(<): [3]}}", "{a: {(<): [3, 1], (>): [2]}}")]
    [InlineData("{a: {(>): [1], (<): [2]}}", "{a: {(=): [3]}}", "{a: {(=): [3]}}")]
    [InlineData("{a: {(=): [1]}}", "{a: {(>): [2]}}", "{a: {(=): [1], (>): [2]}}")]
    [InlineData("{}", "{a: {b: {(>): [1]}}}", "{a: {b: {(>): [1]}}}")]
    [InlineData("{(?): [{x: {}}]}", "{(?): [{y: {}}]}", "{(?): [{x: {}}, {y: {}}]}")]
    public void An_overlay_is_laid_over_what_is_there(string target, string overlay, string expected) =>
        Assert.Equal(expected, TestYaml.Show(Composer.Compose(TestYaml.Read(target), TestYaml.Read(overlay))));

    [Theory]
    [InlineData("{a: [1]}", "{a: 2}", "1:5", "Cannot compose scalar on non-scalar 'a'")]
    [InlineData("{a: {b: 1}}", "{a: 2}", "1:5", "Cannot compose scalar on non-scalar 'a'")]
    [InlineData("{a: {b: 1}}", "{a: [2]}", "1:5", "List cannot overwrite 'a' at under.yml:1:5")]
    [InlineData("{a: 1}", "{a: [2]}", "1:5", "List cannot overwrite 'a'")]
    [InlineData("{a: {b: 1}}", "{a: {(>): [2]}}", "1:5", "Cannot compose lists onto 'a'")]
    [InlineData("{a: 1}", "{a: {(>): [2]}}", "1:5", "Cannot compose lists onto 'a'")]
    [InlineData("{a: 1}", "{a: {b: 2}}", "1:5", "Cannot compose a dict onto 'a'")]
    [InlineData("{a: [1]}", "{a: {b: 2}}", "1:5", "Cannot compose a dict onto 'a'")]
    public void What_does_not_fit_is_said_where_the_overlay_stands(string target, string overlay, string place, string message)
    {
        var error = TestYaml.FailureOf(() => Composer.Compose(TestYaml.Read(target, "under.yml"), TestYaml.Read(overlay)));
        Assert.Equal(LoadErrorReason.IllegalComposite, error.Reason);
        Assert.Equal($"x.yml:{place}", error.Where.ToString());
        Assert.StartsWith(message, error.Message);
    }

    [Theory]
    [InlineData("{a: {(>): [1], b: 2}}")]
    [InlineData("{a: {c: {(>): [1], b: 2}}}")]
    public void Directives_do_not_mix_with_keys(string overlay) => Assert.Equal(
        LoadErrorReason.InvalidData,
        TestYaml.FailureOf(() => Composer.Compose(TestYaml.Read("{x: 1}"), TestYaml.Read(overlay))).Reason);

    [Fact]
    public void A_directive_of_no_list_is_said_at_it() => Assert.Equal(
        "x.yml:1:11",
        TestYaml.PlaceOf(() => Composer.Compose(TestYaml.Read("{a: [1]}"), TestYaml.Read("{a: {(>): 2}}"))));

    [Fact]
    public void A_mapping_that_was_laid_over_stands_where_the_overlay_does()
    {
        var composed = Composer.Compose(TestYaml.Read("{a: {b: 1}, c: {d: 1}}", "under.yml"), TestYaml.Read("a: {e: 2}"));
        Assert.Equal("x.yml:1:1", composed.Provenance.ToString());
        Assert.Equal("x.yml:1:4", composed.Mapping("a").Provenance.ToString());
        Assert.Equal("under.yml:1:9", composed.Mapping("a").Scalar("b")!.Provenance.ToString());
        Assert.Equal("under.yml:1:16", composed.Mapping("c").Provenance.ToString());
    }

    [Fact]
    public void What_is_put_under_gives_way_and_comes_behind()
    {
        var target = TestYaml.Read("{kind: x, a: {b: 1}}");
        var composed = Composer.ComposeUnder(target, TestYaml.Read("{c: 2, a: {d: 3, b: 4}, kind: y}", "under.yml"));
        Assert.Equal("{kind: x, a: {d: 3, b: 1}, c: 2}", TestYaml.Show(composed));
        Assert.Equal("x.yml:1:1", composed.Provenance.ToString());
    }

    [Theory]
    [InlineData("a:\n  b:\n    (>): [x]", "3:10")]
    [InlineData("a:\n- (=): [x]", "2:8")]
    public void A_directive_that_is_left_over_had_no_list(string text, string place)
    {
        var error = TestYaml.FailureOf(() => Directive.ExpectNoneOfLists(TestYaml.Read(text)));
        Assert.Equal(LoadErrorReason.TrailingListDirective, error.Reason);
        Assert.Equal($"x.yml:{place}", error.Where.ToString());
    }

    [Fact]
    public void Lists_that_double_are_stopped()
    {
        var node = TestYaml.Read("a: [b, b]");
        Assert.Contains("grows", TestYaml.FailureOf(() =>
        {
            for (var round = 0; round < 40; round++)
                node = Composer.Compose(node, TestYaml.Read("a: {}").With("a", TestYaml.Read("(>): []").With("(>)", node.Sequence("a"))));
        }).Message);
    }
}
