using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;

namespace Bistro.Conformance.Builds;

/// <summary>What the kinds of the community package make of their dependencies.</summary>
public sealed class CommunityKindTests : IAsyncDisposable
{
    private readonly BuildFixture _fixture = new();

    public CommunityKindTests()
    {
        _fixture.Write("project.conf", """
            name: test
            min-version: 2.0
            element-path: elements
            aliases: {up: "https://up.example/"}
            plugins:
            - origin: junction
              junction: buildstream-plugins-community.bst
              elements:
              - check_forbidden
              - collect_integration
              - collect_manifest
              - flatpak_image
              - snap_image
              - tar_element
              sources: [git_repo, zip]
            - origin: local
              path: plugins
              elements: [collect_initial_scripts]
            """);
        _fixture.Element("lib.bst", """
            kind: import
            sources: [{kind: local, path: files, directory: usr/lib}]
            public:
              bst: {integration-commands: [ldconfig, "echo lib"]}
              initial-script: {script: "start lib"}
            """);
        _fixture.Element("sub/app.bst", """
            kind: import
            sources: [{kind: local, path: files, directory: usr/bin}]
            runtime-depends: [lib.bst]
            public:
              bst:
                integration-commands: [update-app]
                split-rules: {tools: [/usr/bin/**]}
              initial-script: {script: "start app"}
            """);
        _fixture.Write("files/x", "x");
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Check_forbidden_is_empty_while_nothing_forbidden_is_there()
    {
        _fixture.Element("a.bst", """
            kind: check_forbidden
            build-depends: [sub/app.bst]
            config: {forbidden: [other.bst]}
            """);
        Assert.Empty(await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Check_forbidden_reports_the_path_to_a_forbidden_element()
    {
        _fixture.Element("a.bst", """
            kind: check_forbidden
            build-depends: [sub/app.bst]
            config: {forbidden: [lib.bst]}
            """);
        var exception = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("a.bst"));
        Assert.Contains("'sub/app.bst'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("sub-app depends on lib", _fixture.Logs("a.bst")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_integration_writes_a_script_of_all_commands()
    {
        _fixture.Element("a.bst", """
            kind: collect_integration
            build-depends: [sub/app.bst]
            config: {script-path: /etc/integrate.sh}
            """);
        Assert.Equal(
            ["/etc/integrate.sh* = #!/bin/sh\nset -e\n\n# integration commands from lib.bst\nldconfig\n\necho lib\n\n" +
                "# integration commands from sub/app.bst\nupdate-app"],
            await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Collect_integration_leaves_out_what_is_ignored()
    {
        _fixture.Element("a.bst", """
            kind: collect_integration
            build-depends: [sub/app.bst]
            config: {script-path: run, ignore: [lib.bst]}
            """);
        Assert.Equal(["/run* = #!/bin/sh\nset -e\n\n# integration commands from sub/app.bst\nupdate-app"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Collect_initial_scripts_numbers_the_scripts()
    {
        _fixture.Element("a.bst", """
            kind: collect_initial_scripts
            build-depends: [sub/app.bst]
            config: {path: /etc/initial}
            """);
        Assert.Equal(
            ["/etc/initial/001-lib_bst* = start lib", "/etc/initial/002-sub_app_bst* = start app"], await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task Collect_manifest_lists_the_sources_of_all_dependencies()
    {
        _fixture.Element("a.bst", """
            kind: collect_manifest
            build-depends: [sub/app.bst]
            config: {path: /manifest.json}
            """);
        var version = (await _fixture.LoadAsync("lib.bst")).Sources[0].Configuration.Info[0].Url;
        Assert.Equal("files", version);
        Assert.Equal(
            ["""
            /manifest.json = {
              "//NOTE": "This is a generated manifest from buildstream files and not usable by flatpak-builder",
              "modules": [
                {
                  "name": "lib.bst",
                  "x-cpe": {
                    "product": "lib"
                  },
                  "sources": [
                    {
                      "type": "dir",
                      "path": "files",
                      "x-cpe": {
                        "product": "files"
                      }
                    }
                  ]
                },
                {
                  "name": "sub/app.bst",
                  "x-cpe": {
                    "product": "app"
                  },
                  "sources": [
                    {
                      "type": "dir",
                      "path": "files",
                      "x-cpe": {
                        "product": "files"
                      }
                    }
                  ]
                }
              ]
            }
            """],
            await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task A_manifest_passes_its_lists_to_the_next_one()
    {
        _fixture.Element("a.bst", "{kind: collect_manifest, build-depends: [sub/app.bst]}");
        _fixture.Element("b.bst", "{kind: collect_manifest, build-depends: [a.bst], config: {path: m.json}}");
        _fixture.Element("c.bst", "{kind: collect_manifest, build-depends: [sub/app.bst], config: {path: m.json}}");
        Assert.Empty(await _fixture.BuildAsync("a.bst"));
        Assert.True(JsonNode.DeepEquals(await Manifest("c.bst"), await Manifest("b.bst")));

        async Task<JsonNode?> Manifest(string name) => JsonNode.Parse(Assert.Single(await _fixture.BuildAsync(name))["/m.json = ".Length..]);
    }

    [Fact]
    public async Task Collect_manifest_writes_SPDX_too()
    {
        _fixture.Element("a.bst", """
            kind: collect_manifest
            build-depends: [lib.bst]
            config:
              path: m.json
              output-type: spdx
              spdx-info: {creators: ["Tool: bistro"], created: 1700000000, name: all}
            """);
        var document = Assert.Single(await _fixture.BuildAsync("a.bst"));
        Assert.Contains("\"created\": \"2023-11-14T22:13:20Z\"", document, StringComparison.Ordinal);
        Assert.Contains("\"SPDXID\": \"SPDXRef-test-lib-0\"", document, StringComparison.Ordinal);
        Assert.Contains("\"relatedSpdxElement\": \"SPDXRef-test-lib-0\"", document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", ".tar")]
    [InlineData("gzip", ".tar.gz")]
    [InlineData("bzip2", ".tar.bz2")]
    public async Task Tar_element_is_one_archive_of_the_build_closure(string compression, string extension)
    {
        _fixture.Element("a.bst", $$"""
            kind: tar_element
            build-depends: [sub/app.bst]
            config: {filename: out, compression: {{compression}}}
            """);
        var artifact = await _fixture.Builds.Scheduler.BuildAsync(await _fixture.LoadAsync("a.bst"), TestContext.Current.CancellationToken);
        var trees = _fixture.Builds.Trees;
        var file = Assert.IsType<FileNode>(trees.Find(artifact.Files!.Value.Hash, "/out" + extension));
        if (compression == "bzip2")
            return;
        using var reader = trees.Content.OpenRequired(file.Content.Hash);
        await using var content = reader.AsStream();
        await using var plain = compression == "gzip" ? new GZipStream(content, CompressionMode.Decompress) : content;
        await using var tar = new TarReader(plain);
        List<string> names = [];
        while (await tar.GetNextEntryAsync(cancellationToken: TestContext.Current.CancellationToken) is { } entry)
            names.Add(entry.Name);
        Assert.Equal(["usr/", "usr/bin/", "usr/bin/x", "usr/lib/", "usr/lib/x"], names);
    }

    [Fact]
    public async Task Flatpak_image_holds_the_chosen_files_and_its_metadata()
    {
        _fixture.Element("a.bst", """
            kind: flatpak_image
            build-depends: [sub/app.bst]
            config:
              directory: /usr
              include: [tools]
              metadata:
                Application: {name: org.example.App, Command: "app"}
                Extension org.example.App.Locale: {directory: share/locale, text: "a\nb"}
                DEFAULT: {tag: stable}
            """);
        Assert.Equal(
            [
                "/export/",
                "/files/bin/x = x",
                "/files/lib/x = x",
                "/files/share/locale/",
                "/metadata = [DEFAULT]\ntag = stable\n\n[Application]\nname = org.example.App\nCommand = app\n\n" +
                    "[Extension org.example.App.Locale]\ndirectory = share/locale\ntext = a\n\tb",
            ],
            await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task A_flatpak_runtime_has_the_files_of_etc()
    {
        _fixture.Write("etc/conf", "c");
        _fixture.Element("etc.bst", "{kind: import, sources: [{kind: local, path: etc, directory: etc}]}");
        _fixture.Element("a.bst", """
            kind: flatpak_image
            build-depends: [etc.bst, {filename: lib.bst, config: {location: /buildstream/allfiles/usr/other}}]
            config:
              directory: /usr
              metadata: {Runtime: {name: org.example.Platform}}
            """);
        Assert.Equal(
            ["/files/etc/conf = c", "/files/other/usr/lib/x = x", "/metadata = [Runtime]\nname = org.example.Platform"],
            await _fixture.BuildAsync("a.bst"));
    }

    [Fact]
    public async Task A_kind_that_only_loads_says_so_when_it_is_built()
    {
        _fixture.Element("a.bst", """
            kind: snap_image
            build-depends: [lib.bst]
            config: {directory: /usr, metadata: {name: x}}
            """);
        var exception = await Assert.ThrowsAsync<BuildException>(() => _fixture.BuildAsync("a.bst"));
        Assert.Contains("of kind 'snap_image' are loaded and have their cache key, but Bistro cannot build them yet", exception.Message, StringComparison.Ordinal);
    }
}
