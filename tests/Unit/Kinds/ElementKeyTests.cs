using Bistro.Builder.Kinds;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Unit.Kinds;

/// <summary>What elements without dependencies put into their keys; the rest is tested by whole projects.</summary>
public sealed class ElementKeyTests
{
    [Theory]
    [InlineData("import", "{source: /a, target: /}", """{"source":"/a","target":"/"}""")]
    [InlineData("manual", "{build-commands: [make]}",
        """{"build-commands":["make"],"configure-commands":[],"install-commands":[],"strip-commands":[]}""")]
    [InlineData("script", "{commands: [x]}",
        """{"commands":{"commands":["x"]},"cwd":"/","install-root":"/","layout":{},"root-read-only":false}""")]
    [InlineData("stack", "{anything: goes}", "1")]
    [InlineData("compose", "{integrate: True, include: [b, a], exclude: [], include-orphans: True}",
        """{"include":["a","b"],"integrate":true,"orphans":true}""")]
    [InlineData("oci", "{mode: docker, images: [{os: linux, architecture: arm, variant: v7, config: {Memory: 4294967296}}]}",
        """{"annotations":null,"gzip":false,"images":[{"architecture":"arm","config":{"Memory":4294967296},"os":"linux"}]}""")]
    [InlineData("check_forbidden", "{forbidden: [b.bst, a.bst, b.bst]}", """{"forbidden":["a.bst","b.bst"]}""")]
    [InlineData("flatpak_image", "{directory: /usr, include: [], exclude: [b, a, b], component-ids: [], metadata: {Runtime: {name: n}}}",
        """{"directory":"/usr","exclude":["a","b","b"],"include":[],"metadata":{"Runtime":{"name":"n"}},"version":4}""")]
    public void An_element_enters_the_key(string kind, string config, string expected) =>
        Assert.Equal(expected, Drafts.KeyOf(Kind(kind), Drafts.Element(config, sources: 1)));

    [Fact]
    public void Variables_of_a_build_element_enter_the_key_when_they_are_set() =>
        Assert.Equal(
            """{"build-commands":[],"command-subdir":"s","configure-commands":[],"install-commands":[],"notparallel":true,"strip-commands":[]}""",
            Drafts.KeyOf(Kind("manual"), Drafts.Element("{}", 0, ("command-subdir", "s"), ("notparallel", "True"))));

    [Fact]
    public void Without_integration_compose_runs_nothing() =>
        Assert.False(Kind("compose").Configure(Drafts.Element("{integrate: False, include: [], exclude: [], include-orphans: True}")).RunsCommands);

    [Theory]
    [InlineData("import", "{source: /, target: /, sauce: /}")]
    [InlineData("import", "{source: /}")]
    [InlineData("filter", "{include: [], exclude: [], include-orphans: False}")]
    [InlineData("flatpak_image", "{directory: /, include: [], exclude: [], component-ids: [], metadata: {Other: {}}}")]
    [InlineData("flatpak_repo", "{repo-mode: archive, arch: x, branch: y, copy-refs: []}")]
    [InlineData("collect_integration", "{script-path: x, ignore: [gone.bst]}")]
    [InlineData("tar_element", "{filename: x, compression: lzma}")]
    public void A_wrong_element_is_a_load_error_with_its_place(string kind, string config)
    {
        var error = Assert.Throws<LoadException>(() => Kind(kind).Configure(Drafts.Element(config, sources: 1)));
        Assert.StartsWith("test.bst:1:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kinds_of_one_package_have_names_of_their_own() =>
        Assert.Equal(ElementKinds.All.Length, ElementKinds.All.DistinctBy(kind => (kind.Package, kind.Name)).Count());

    [Fact]
    public void All_defaults_are_YAML_that_kinds_have()
    {
        var files = typeof(ElementKinds).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("defaults/", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(files);
        Assert.Equal(files.Length, ElementKinds.All.Count(kind => kind.Defaults is not null));
        foreach (var kind in ElementKinds.All)
            if (kind.Defaults is { } text)
                Assert.False(YamlReader.Read(new SourceFile(kind.Name, null), text).Members.IsEmpty);
    }

    [Fact]
    public void An_import_without_sources_is_an_error() =>
        Assert.Throws<LoadException>(() => Kind("import").Configure(Drafts.Element("{source: /, target: /}")));

    private static IElementKind Kind(string name) => ElementKinds.All.First(kind => kind.Name == name);
}
