using Bistro.Builder.Sources.Kinds;
using Bistro.Model.Errors;
using Bistro.Model.Sources;

namespace Bistro.Unit.Kinds;

/// <summary>What each source puts into its element's key. The expected texts are what BuildStream 2.8.1 hashed.</summary>
public sealed class SourceKeyTests
{
    private const string Commit = "1111111111111111111111111111111111111111";

    [Theory]
    [InlineData("remote", "{url: a:b/c.bin, ref: x}", """["a:b/c.bin","x","c.bin",false]""")]
    [InlineData("remote", "{url: a:c, ref: x, filename: d, executable: True, version: 1}", """["a:c","x","1","d",true]""")]
    [InlineData("tar", "{url: a:c, ref: x}", """["a:c","x","*"]""")]
    [InlineData("zip", "{url: a:c, ref: x, base-dir: '', version: 3, version-guess-pattern: y}", """["a:c","x","3",""]""")]
    [InlineData("deb", "{url: a:c, ref: x, version-guess-pattern: y}", """["a:c","x","y","*"]""")]
    [InlineData("bzr", "{url: a:p, track: trunk, ref: 13, version: 7}", """["a:p","trunk","13","7"]""")]
    [InlineData("docker", "{url: a:library/debian, ref: x}", """["a:library/debian","sha256:x"]""")]
    [InlineData("docker", "{registry-url: 'a:', image: acme/app, ref: x, version: 1.2, track: latest}", """["a:","acme/app","sha256:x","1.2"]""")]
    [InlineData("pip", "{url: a:simple, packages: [x], ref: 'a==1.0'}", """["a:simple","a==1.0"]""")]
    [InlineData("cargo", "{url: a:crates, ref: [{name: b, version: 1.0, sha: bb}]}",
        """["a:crates","Cargo.lock","crates",[{"name":"b","sha":"bb","version":"1.0"}]]""")]
    [InlineData("cargo2", "{url: a:crates}", """["a:crates","Cargo.lock",".vendored-crates",[],"a"]""")]
    [InlineData("cargo2", "{url: a:c, ref: [{kind: git, name: n, version: 1, repo: a:r, commit: d, query: {tag: t}}]}",
        """["a:c","Cargo.lock",".vendored-crates",[{"commit":"d","kind":"git","name":"n","query":{"tag":"t"},"repo":"a:r","version":"1"}],"a"]""")]
    [InlineData("git", $"{{url: a:g, ref: v1.0-0-g{Commit}, version: 3, submodules: {{s: {{checkout: true}}}}}}",
        $$$"""["a:g","{{{Commit}}}",{"s":null},{"submodule_checkout_overrides":{"s":true}},"3"]""")]
    [InlineData("git", $"{{url: a:g, ref: {Commit}, tags: [{{tag: v1, commit: c, annotated: true}}]}}",
        $$$"""["a:g","{{{Commit}}}",{"tags":{"v1":["c",true]}}]""")]
    [InlineData("git_tag", "{url: a:g, ref: any, checkout-submodules: False, use-lfs: True}",
        """["a:g","any",{"checkout_submodules":false},"use-lfs"]""")]
    [InlineData("git_module", "{url: a:g, ref: any, path: /lib/../sub}", """["a:g","any",{"path":"sub"}]""")]
    [InlineData("git_module", "{url: a:g, ref: any, path: ''}", """["a:g","any"]""")]
    [InlineData("git_repo", $"{{url: a:g, ref: v1-2-g{Commit}, track: v*, version-guess-pattern: x}}",
        $$$"""{"bugfix":1,"ref":"v1-2-g{{{Commit}}}","version-guess-pattern":"x"}""")]
    [InlineData("go_module", $"{{url: a:g, module: m, ref: {{go-version: v1, git-ref: {Commit}, explicit: 'false'}}}}",
        $$$"""{"bugfix":1,"module":"m","ref":{"explicit":false,"git-ref":"{{{Commit}}}","go-version":"v1"}}""")]
    [InlineData("pypi", "{name: n, ref: {suffix: s, sha256sum: x, more: y}}", """["s","x"]""")]
    [InlineData("cpan", "{name: n, suffix: s, sha256sum: x, version: 2}", """["s","x","2"]""")]
    [InlineData("gen_cargo_lock", "{ref: W10=}", "\"W10=\"")]
    [InlineData("ostree", "{url: a:r, ref: c, track: t}", """["a:r","c"]""")]
    [InlineData("quilt", "{path: debian/patches, whatever: x}", """["debian/patches"]""")]
    public void A_source_enters_the_key(string kind, string members, string expected) =>
        Assert.Equal(expected, Drafts.KeyOf(Kind(kind), Drafts.Source(members)));

    [Theory]
    [InlineData("remote", "{url: a:c}")]
    [InlineData("git_repo", "{url: a:c, track: v*}")]
    [InlineData("cpan", "{name: n, suffix: s}")]
    [InlineData("pypi", "{name: n, ref: {}}")]
    [InlineData("cargo", "{url: a:c, ref: [{name: a, version: 1}]}")]
    [InlineData("cargo2", "{url: a:c, ref: [{name: a, version: 1}]}")]
    public void A_source_without_its_whole_ref_is_unresolved(string kind, string members) =>
        Assert.False(Kind(kind).Configure(Drafts.Source(members)).IsResolved);

    [Theory]
    [InlineData("cargo2", "{}", "url")]
    [InlineData("cargo", "{}", "url")]
    [InlineData("pip", "{packages: [x]}", "url")]
    [InlineData("docker", "{image: debian}", "registry-url")]
    public void No_registry_is_built_in_and_the_error_says_where_to_name_one(string kind, string members, string member)
    {
        var error = Assert.Throws<LoadException>(() => Kind(kind).Configure(Drafts.Source(members)));
        Assert.StartsWith("test.bst:1:1: ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"source-defaults: {{{kind}: {{{member}: …}}}}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("remote", "{url: a:c, filename: d/e}")]
    [InlineData("git", "{url: a:c}")]
    [InlineData("git_tag", "{url: a:c}")]
    [InlineData("ostree", "{url: a:c}")]
    [InlineData("git_repo", "{url: a:c, ref: master}")]
    [InlineData("git_repo", "{url: a:c, version-guess-pattern: '('}")]
    [InlineData("docker", "{url: a:c, image: d}")]
    [InlineData("pip", "{url: a:c}")]
    [InlineData("tar", "{url: a:c, strip: 1}")]
    public void A_wrong_source_is_a_load_error_with_its_place(string kind, string members)
    {
        var error = Assert.Throws<LoadException>(() => Kind(kind).Configure(Drafts.Source(members)));
        Assert.StartsWith("test.bst:1:", error.Message, StringComparison.Ordinal);
    }

    private static ISourceKind Kind(string name) => SourceKinds.All.First(kind => kind.Name == name);
}
